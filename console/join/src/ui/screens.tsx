// Full-page words: waiting, turned away, over.

import { useEffect, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { Meeting } from "../meeting";
import { Icon, type IconName } from "./icons";

interface ScreenProps {
  icon: IconName;
  title: string;
  children: ComponentChildren;
  waiting?: boolean;
}

function Screen({ icon, title, children, waiting }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [title]);
  return (
    <main class="screen">
      <div class="card">
        <div class={`emblem ${waiting ? "waiting" : ""}`}>
          <Icon name={icon} />
        </div>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children}
      </div>
    </main>
  );
}

export function Lobby({ meeting }: { meeting: Meeting }) {
  return (
    <Screen icon="people" title={meeting.state.value.title || "Almost there"} waiting>
      <p role="status">A host will let you in soon. Please keep this page open.</p>
      <button type="button" onClick={() => meeting.leave()}>
        Leave
      </button>
    </Screen>
  );
}

export function NotStarted({ meeting }: { meeting: Meeting }) {
  const { retryAt, waitText } = meeting.state.value;
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((retryAt - now) / 1000));
  return (
    <Screen icon="clock" title="The meeting has not started yet" waiting>
      <p role="status">{friendly(waitText)} You come in by yourself as soon as it does.</p>
      <p class="quiet">{seconds > 0 ? `Next try in ${span(seconds)}.` : "Trying…"}</p>
      <button type="button" onClick={() => meeting.stopWaiting()}>
        Back
      </button>
    </Screen>
  );
}

export function Over({ meeting }: { meeting: Meeting }) {
  const { ending, title } = meeting.state.value;
  if (!ending) return null;
  return (
    <Screen icon="info" title={ending.title}>
      {title && <p class="quiet">{title}</p>}
      <p role="status">{ending.text}</p>
      {ending.again && (
        <button class="primary" type="button" onClick={() => meeting.again()}>
          {ending.title.startsWith("You left") ? "Join again" : "Try again"}
        </button>
      )}
    </Screen>
  );
}

/** An instant in the text, as the person's own clock shows it. */
function friendly(text: string): string {
  const shown = text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, (instant) =>
    new Date(instant).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }),
  );
  return shown ? `${shown[0]!.toUpperCase()}${shown.slice(1)}.` : "";
}

function span(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
