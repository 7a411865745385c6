// What everybody should see now, and what has happened to oneself.

import { useEffect, useState } from "preact/hooks";
import type { Meeting } from "../meeting";
import { type Notice, mayPublish } from "../state";
import { Icon } from "./icons";

// How long a passing notice stays; those of the meeting stay until they are put away.
const PASSING_MS = 8000;

export function Banners({ meeting }: { meeting: Meeting }) {
  const { notices, linked, mediaUp, session, endsAt, listening, phase, people, selfId } =
    meeting.state.value;
  const lost = phase === "meeting" && !linked;
  // Read for its changes: the own tracks are no state.
  meeting.own.value;
  const expected = meeting.devices.isAny || meeting.media.remote.value.length > 0;
  return (
    <div class="banners" aria-live="polite">
      {lost && <p class="banner warning">Reconnecting…</p>}
      {!lost && !mediaUp && expected && <p class="banner">Connecting sound and video…</p>}
      {session?.held && <p class="banner warning">The meeting is on hold.</p>}
      {endsAt !== null && <EndingSoon at={endsAt} />}
      {!mayPublish(people[selfId]) && (
        <p class="banner">You look on: you hear and see the others, and they do not hear you.</p>
      )}
      {listening && <p class="banner">You have no microphone: you listen only.</p>}
      {notices.map((one) => (
        <Shown key={one.id} notice={one} meeting={meeting} />
      ))}
    </div>
  );
}

function Shown({ notice, meeting }: { notice: Notice; meeting: Meeting }) {
  const { id, kind, text, from } = notice;
  const dismiss = () => meeting.dispatch({ type: "dismiss", id });
  useEffect(() => {
    if (kind === "system" || kind === "spoken") return;
    const timer = setTimeout(dismiss, PASSING_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <div class={`banner ${kind}`}>
      <Icon name={kind === "spoken" ? "speaker" : "info"} />
      <p>
        {from && <strong>{from}: </strong>}
        {text}
      </p>
      <button type="button" class="plain" aria-label="Put this notice away" onClick={dismiss}>
        <Icon name="close" />
      </button>
    </div>
  );
}

function EndingSoon({ at }: { at: number }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 5000);
    return () => clearInterval(timer);
  }, []);
  const minutes = Math.ceil((at - now) / 60_000);
  const when = minutes > 1 ? `in ${minutes} minutes` : "in less than a minute";
  return <p class="banner warning">The meeting ends {when}.</p>;
}
