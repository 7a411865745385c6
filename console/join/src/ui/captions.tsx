// The last words that were recognised.

import type { Meeting } from "../meeting";

export function Captions({ meeting }: { meeting: Meeting }) {
  const { captions, transcribed } = meeting.state.value;
  if (!transcribed) return null;
  const finals = captions.filter((one) => one.final);
  return (
    <section class="captions" aria-label="Captions">
      <div aria-hidden="true">
        {captions.map((one) => (
          <p key={one.segment_id} class={one.final ? "" : "partial"}>
            {one.name && <b>{one.name}</b>} {one.text}
          </p>
        ))}
      </div>
      {/* Read aloud once they are final: words that still change would be read again and again. */}
      <div class="unseen" role="log" aria-live="polite">
        {finals.map((one) => (
          <p key={one.segment_id}>
            {one.name}: {one.text}
          </p>
        ))}
      </div>
    </section>
  );
}
