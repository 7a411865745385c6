// The last words that were recognised.

import type { Meeting } from "../meeting";

export function Captions({ meeting }: { meeting: Meeting }) {
  const { captions, captionLanguage, captionLanguages, transcribed } = meeting.state.value;
  if (!transcribed || (captions.length === 0 && captionLanguages.length === 0)) return null;
  const finals = captions.filter((one) => one.final);
  return (
    <section class="captions" aria-label="Captions">
      <div aria-hidden="true">
        {captions.map((one) => (
          <p key={one.segment_id} class={one.final ? "" : "partial"} lang={one.language} dir="auto">
            {one.name && <b>{one.name}</b>} {one.text}
          </p>
        ))}
      </div>
      {/* Read aloud once they are final: words that still change would be read again and again. */}
      <div class="unseen" role="log" aria-live="polite">
        {finals.map((one) => (
          <p key={one.segment_id} lang={one.language}>
            {one.name}: {one.text}
          </p>
        ))}
      </div>
      {captionLanguages.length > 0 && (
        <label>
          Captions in
          <select
            value={captionLanguage}
            onChange={(event) => meeting.readIn(event.currentTarget.value)}
          >
            <option value="">As spoken</option>
            {captionLanguages.map((one) => (
              <option key={one} value={one} lang={one}>
                {named(one)}
              </option>
            ))}
          </select>
        </label>
      )}
    </section>
  );
}

/** What a language is called by those who speak it. */
function named(code: string): string {
  return new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
}
