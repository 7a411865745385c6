// The panels at the side: the chat, and the people with what hosts may do to each.

import { useEffect, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { Meeting } from "../meeting";
import type { Participant, Prompt } from "../protocol";
import { isHost, isPresent, knocking, present } from "../state";
import { Icon } from "./icons";

const LONGEST = 2000;

interface SideProps {
  meeting: Meeting;
  title: string;
  name: "chat" | "people";
  children: ComponentChildren;
}

function Side({ meeting, title, name, children }: SideProps) {
  const close = () => {
    meeting.dispatch({ type: "panel", panel: name });
    document.getElementById(name)?.focus();
  };
  const keep = (event: KeyboardEvent) => event.key === "Escape" && close();
  return (
    <aside class="panel" aria-label={title} onKeyDown={keep}>
      <header>
        <h2>{title}</h2>
        <button type="button" class="plain" aria-label={`Close ${title}`} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </aside>
  );
}

export function Chat({ meeting }: { meeting: Meeting }) {
  const { chat, selfId } = meeting.state.value;
  const [text, setText] = useState("");
  const end = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => end.current?.scrollIntoView({ block: "end" }), [chat.length]);

  const send = (event: Event) => {
    event.preventDefault();
    const words = text.trim();
    if (!words) return;
    meeting.chat(words);
    setText("");
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
  };
  return (
    <Side meeting={meeting} title="Chat" name="chat">
      <div class="lines" role="log" aria-live="polite" aria-label="Messages" tabIndex={0}>
        {chat.length === 0 && <p class="quiet">Nothing was written yet.</p>}
        {chat.map((one) => (
          <Line key={one.id} prompt={one} own={one.from_participant_id === selfId} />
        ))}
        <div ref={end} />
      </div>
      <form class="write" onSubmit={send}>
        <textarea
          ref={field}
          rows={2}
          value={text}
          maxLength={LONGEST}
          aria-label="Message to everybody"
          placeholder="Message to everybody"
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKey}
        />
        <button type="submit" class="round" aria-label="Send" disabled={!text.trim()}>
          <Icon name="send" />
        </button>
      </form>
    </Side>
  );
}

function Line({ prompt, own }: { prompt: Prompt; own: boolean }) {
  const time = prompt.create_time ? new Date(prompt.create_time) : null;
  return (
    <article class={`line ${own ? "own" : ""}`}>
      <p class="quiet">
        <b>{own ? "You" : prompt.from_name || "The meeting"}</b>{" "}
        {time && (
          <time dateTime={prompt.create_time!}>
            {time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}
          </time>
        )}
        {prompt.to_participant_id && " · only to you"}
      </p>
      <p>{prompt.text}</p>
    </article>
  );
}

export function People({ meeting }: { meeting: Meeting }) {
  const state = meeting.state.value;
  const host = isHost(state.people[state.selfId]);
  const waiting = host ? knocking(state) : [];
  const people = present(state);
  return (
    <Side meeting={meeting} title="People" name="people">
      {waiting.length > 0 && (
        <section aria-label="Waiting to be let in">
          <h3>Waiting to be let in</h3>
          <ul class="roster">
            {waiting.map((one) => (
              <Knocker key={one.id} meeting={meeting} person={one} />
            ))}
          </ul>
        </section>
      )}
      <h3>In the meeting ({people.length})</h3>
      <ul class="roster">
        {people.map((one) => (
          <Person key={one.id} meeting={meeting} person={one} host={host} />
        ))}
      </ul>
      {host && (
        <p class="panel-actions">
          <button type="button" onClick={() => meeting.order({ verb: "mute-all" })}>
            Mute everybody
          </button>
        </p>
      )}
    </Side>
  );
}

function Knocker({ meeting, person }: { meeting: Meeting; person: Participant }) {
  const name = person.name || "Guest";
  const decide = (verb: string) => meeting.order({ verb, participant_id: person.id });
  return (
    <li>
      <span class="who">{name}</span>
      <button
        type="button"
        class="small primary"
        aria-label={`Admit ${name}`}
        onClick={() => decide("admit")}
      >
        Admit
      </button>
      <button
        type="button"
        class="small"
        aria-label={`Deny ${name}`}
        onClick={() => decide("deny")}
      >
        Deny
      </button>
    </li>
  );
}

interface PersonProps {
  meeting: Meeting;
  person: Participant;
  host: boolean;
}

const ROLES: Record<string, string> = { HOST: "Host", CO_HOST: "Co-host", OBSERVER: "Observer" };

function Person({ meeting, person, host }: PersonProps) {
  const [removing, setRemoving] = useState(false);
  const self = person.id === meeting.state.value.selfId;
  const name = person.name || "Guest";
  const order = (verb: string, ban = false) =>
    meeting.order({ verb, participant_id: person.id, ...(ban ? { ban } : {}) });
  const tags = [self && "you", ROLES[person.role], person.kind === "BOT" && "bot"].filter(Boolean);
  return (
    <li class={removing ? "removing" : ""}>
      <span class="who">
        {name} {tags.length > 0 && <span class="quiet">{tags.join(" · ")}</span>}
      </span>
      {person.muted && <Icon name="micOff" />}
      {host && !self && isPresent(person) && !removing && (
        <span class="acts">
          {!person.muted && (
            <button
              type="button"
              class="small"
              aria-label={`Mute ${name}`}
              onClick={() => order("mute")}
            >
              Mute
            </button>
          )}
          <button
            type="button"
            class="small"
            aria-label={`${person.video_paused ? "Show" : "Pause"} video of ${name}`}
            onClick={() => order(person.video_paused ? "resume-video" : "pause-video")}
          >
            {person.video_paused ? "Show video" : "Pause video"}
          </button>
          <button
            type="button"
            class="small asks danger"
            aria-label={`Remove ${name}…`}
            onClick={() => setRemoving(true)}
          >
            Remove…
          </button>
        </span>
      )}
      {removing && (
        <span class="acts" role="group" aria-label={`Remove ${name}?`}>
          <button type="button" class="small danger" onClick={() => order("remove")}>
            Remove
          </button>
          <button type="button" class="small danger" onClick={() => order("remove", true)}>
            Remove and ban
          </button>
          <button type="button" class="small" onClick={() => setRemoving(false)}>
            Cancel
          </button>
        </span>
      )}
    </li>
  );
}
