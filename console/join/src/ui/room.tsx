// Inside the meeting: tiles, banners, captions, controls, panels.

import { useEffect } from "preact/hooks";
import type { Meeting } from "../meeting";
import type { RemoteTrack } from "../peers";
import type { Participant, TrackSource } from "../protocol";
import { isRecorded, isRecordingPaused, present } from "../state";
import { Banners } from "./banners";
import { Captions } from "./captions";
import { Controls } from "./controls";
import { Icon } from "./icons";
import { Sound, Video } from "./media";
import { Chat, People } from "./panels";
import { Avatar } from "./prejoin";

const KEYS: Record<string, (meeting: Meeting) => void> = {
  m: (meeting) => void meeting.toggleMuted(),
  v: (meeting) => void meeting.toggleCamera(),
  c: (meeting) => meeting.dispatch({ type: "panel", panel: "chat" }),
};

export function Room({ meeting, sink }: { meeting: Meeting; sink: string }) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const place = event.target as HTMLElement;
      const typing = place.closest("input, textarea, select, [contenteditable], dialog");
      if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      KEYS[event.key.toLowerCase()]?.(meeting);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [meeting]);

  const { panel, captionsOn } = meeting.state.value;
  const sounds = meeting.media.remote.value.filter((one) => one.source === "MICROPHONE");
  return (
    <div class={`room ${panel ? "with-panel" : ""}`}>
      <Top meeting={meeting} />
      <main class="stage">
        <Banners meeting={meeting} />
        <Tiles meeting={meeting} />
        {captionsOn && <Captions meeting={meeting} />}
      </main>
      {panel === "chat" && <Chat meeting={meeting} />}
      {panel === "people" && <People meeting={meeting} />}
      <Controls meeting={meeting} />
      {sounds.map((one) => (
        <Sound key={one.mid} track={one.track} sink={sink} />
      ))}
    </div>
  );
}

function Top({ meeting }: { meeting: Meeting }) {
  const { title, session, transcribed } = meeting.state.value;
  return (
    <header class="top">
      <h1>{title || "Meeting"}</h1>
      <ul class="flags" aria-label="State of the meeting">
        {isRecorded(session) && <li class="flag recording">Recording</li>}
        {isRecordingPaused(session) && <li class="flag">Recording paused</li>}
        {transcribed && <li class="flag">Transcribed</li>}
        {session?.locked && (
          <li class="flag">
            <Icon name="lock" /> Locked
          </li>
        )}
      </ul>
    </header>
  );
}

function Tiles({ meeting }: { meeting: Meeting }) {
  const state = meeting.state.value;
  const remote = meeting.media.remote.value;
  // Read for its changes: the own tracks are no state.
  meeting.own.value;
  const people = present(state);
  const shared = people.find((one) => screenOf(meeting, remote, one));
  const screen = shared && screenOf(meeting, remote, shared);
  return (
    <div class={`tiles ${screen ? "with-screen" : ""}`} data-count={Math.min(people.length, 12)}>
      {screen && (
        <figure class="tile screen-share">
          <Video track={screen} contained label={`Screen of ${shared.name}`} />
          <figcaption>
            <Icon name="screen" /> {shared.id === state.selfId ? "Your" : `${shared.name}’s`} screen
          </figcaption>
        </figure>
      )}
      <div class="faces" role="list" aria-label="People">
        {people.map((one) => (
          <Tile key={one.id} meeting={meeting} person={one} />
        ))}
      </div>
    </div>
  );
}

function Tile({ meeting, person }: { meeting: Meeting; person: Participant }) {
  const state = meeting.state.value;
  const self = person.id === state.selfId;
  const muted = self ? state.muted : person.muted;
  const talking = Boolean(state.talking[person.id]) && !muted;
  const video = videoOf(meeting, person);
  const away = person.state === "RECONNECTING";
  const name = self ? `${person.name || "You"} (you)` : person.name || "Guest";
  const said = [
    name,
    muted && "muted",
    away && "reconnecting",
    person.video_paused && "video paused",
  ];
  return (
    <div
      role="listitem"
      class={`tile ${talking ? "talking" : ""} ${away ? "away" : ""}`}
      aria-label={said.filter(Boolean).join(", ")}
      data-participant={person.id}
    >
      {video ? <Video track={video} mirrored={self} label="" /> : <Avatar name={person.name} />}
      <p class="caption" aria-hidden="true">
        {muted && <Icon name="micOff" />}
        <span>{name}</span>
        {person.video_paused && <Icon name="pause" />}
      </p>
      {away && <p class="veil">Reconnecting…</p>}
    </div>
  );
}

function videoOf(meeting: Meeting, person: Participant): MediaStreamTrack | null {
  const { selfId, camera } = meeting.state.value;
  if (person.id === selfId) return camera ? meeting.devices.camera : null;
  if (!person.camera || person.video_paused) return null;
  return remoteOf(meeting.media.remote.value, person.id, "CAMERA");
}

function screenOf(meeting: Meeting, remote: RemoteTrack[], person: Participant) {
  if (person.id === meeting.state.value.selfId) return meeting.devices.screen;
  return person.screen && !person.video_paused ? remoteOf(remote, person.id, "SCREEN") : null;
}

function remoteOf(remote: RemoteTrack[], id: string, source: TrackSource) {
  return remote.find((one) => one.participantId === id && one.source === source)?.track ?? null;
}
