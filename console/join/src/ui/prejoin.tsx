// Before joining: a name, a look in the mirror, the devices, and what to agree to.

import { useEffect, useRef, useState } from "preact/hooks";
import { type Choices, NO_CHOICES, type Source, meter } from "../devices";
import type { Meeting } from "../meeting";
import { initials } from "../state";
import { Icon } from "./icons";
import { Video } from "./media";

interface Props {
  meeting: Meeting;
  name: string;
  setName: (name: string) => void;
  sink: string;
  setSink: (id: string) => void;
}

const CONSENT = {
  recorded: "This meeting is recorded.",
  transcribed: "A transcript is made of this meeting.",
  kept: "This meeting is recorded or transcribed.",
};

export function PreJoin({ meeting, name, setName, sink, setSink }: Props) {
  const { consentFor, title, phase } = meeting.state.value;
  const [agreed, setAgreed] = useState(false);
  const [choices, setChoices] = useState<Choices>(NO_CHOICES);
  const [troubles, setTroubles] = useState<Partial<Record<Source, string>>>({});
  const consent = useRef<HTMLInputElement>(null);

  const open = async (source: Source, id = "") => {
    const trouble = await meeting.openDevice(source, id);
    setTroubles((now) => ({ ...now, [source]: trouble }));
    setChoices(await meeting.devices.choices());
  };

  useEffect(() => {
    void (async () => {
      if (!meeting.devices.microphone) await open("microphone");
      if (!meeting.devices.camera && meeting.state.value.camera) await open("camera");
      setChoices(await meeting.devices.choices());
    })();
  }, []);
  useEffect(() => {
    if (consentFor) consent.current?.focus();
  }, [consentFor]);

  const busy = phase === "joining";
  const submit = (event: Event) => {
    event.preventDefault();
    if (!busy) void meeting.join(name.trim(), agreed);
  };

  return (
    <main class="prejoin">
      <form class="card" onSubmit={submit} aria-busy={busy}>
        <header>
          <p class="brand">Convene</p>
          <h1>{title || "Ready to join?"}</h1>
        </header>
        <Mirror meeting={meeting} name={name} open={open} troubles={troubles} />
        <div class="fields">
          <label>
            Your name
            <input
              name="name"
              value={name}
              maxLength={200}
              autocomplete="name"
              placeholder="As others will see it"
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </label>
          <Picker
            label="Microphone"
            devices={choices.microphones}
            current={meeting.devices.microphone}
            pick={(id) => void open("microphone", id)}
          />
          <Picker
            label="Camera"
            devices={choices.cameras}
            current={meeting.devices.camera}
            pick={(id) => void open("camera", id)}
          />
          {choices.speakers.length > 1 && (
            <label>
              Speaker
              <select
                value={sink || choices.speakers[0]!.deviceId}
                onChange={(event) => setSink(event.currentTarget.value)}
              >
                {choices.speakers.map((one) => (
                  <option value={one.deviceId}>{one.label || "Speaker"}</option>
                ))}
              </select>
            </label>
          )}
          {consentFor && (
            <label class="consent">
              <input
                ref={consent}
                type="checkbox"
                name="consent"
                required
                checked={agreed}
                onChange={(event) => setAgreed(event.currentTarget.checked)}
              />
              <span>
                <strong>{CONSENT[consentFor]}</strong> I agree that what I say and show becomes part
                of it.
              </span>
            </label>
          )}
        </div>
        <button class="primary" type="submit" disabled={busy}>
          {busy ? "Joining…" : "Join"}
        </button>
      </form>
    </main>
  );
}

interface MirrorProps {
  meeting: Meeting;
  name: string;
  open: (source: Source) => Promise<void>;
  troubles: Partial<Record<Source, string>>;
}

function Mirror({ meeting, name, open, troubles }: MirrorProps) {
  const { muted, camera, listening } = meeting.state.value;
  // Read for its changes: tracks are no state.
  meeting.own.value;
  const track = meeting.devices.camera;
  const trouble = [troubles.microphone, troubles.camera].filter(Boolean).join(" ");
  return (
    <section class="mirror" aria-label="Preview">
      <div class="tile">
        {track && camera ? (
          <Video track={track} mirrored label="Your camera" />
        ) : (
          <Avatar name={name} />
        )}
        <div class="mirror-controls">
          <button
            type="button"
            class={`round ${muted ? "off" : ""}`}
            aria-pressed={muted}
            aria-label={muted ? "Unmute the microphone" : "Mute the microphone"}
            onClick={() => void (listening ? open("microphone") : meeting.toggleMuted())}
          >
            <Icon name={muted ? "micOff" : "mic"} />
          </button>
          <button
            type="button"
            class={`round ${camera ? "" : "off"}`}
            aria-pressed={!camera}
            aria-label={camera ? "Turn the camera off" : "Turn the camera on"}
            onClick={() => void (camera ? meeting.toggleCamera() : open("camera"))}
          >
            <Icon name={camera ? "camera" : "cameraOff"} />
          </button>
        </div>
      </div>
      <Level track={muted ? null : meeting.devices.microphone} />
      {trouble && (
        <p class="trouble" role="status">
          {trouble} {listening && "You can join and listen."}
        </p>
      )}
    </section>
  );
}

export function Avatar({ name }: { name: string }) {
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) % 360, 210);
  return (
    <div class="avatar" aria-hidden="true">
      <span style={{ background: `hsl(${hue} 32% 34%)` }}>{initials(name)}</span>
    </div>
  );
}

function Level({ track }: { track: MediaStreamTrack | null }) {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    setLevel(0);
    return track ? meter(track, setLevel) : undefined;
  }, [track]);
  return (
    <div class="level" aria-hidden="true">
      <div style={{ transform: `scaleX(${level})` }} />
    </div>
  );
}

interface PickerProps {
  label: string;
  devices: MediaDeviceInfo[];
  current: MediaStreamTrack | null;
  pick: (id: string) => void;
}

export function Picker({ label, devices, current, pick }: PickerProps) {
  if (devices.length === 0) return null;
  return (
    <label>
      {label}
      <select
        value={current?.getSettings().deviceId ?? ""}
        onChange={(event) => pick(event.currentTarget.value)}
      >
        {!current && <option value="">Off</option>}
        {devices.map((one, at) => (
          <option value={one.deviceId}>{one.label || `${label} ${at + 1}`}</option>
        ))}
      </select>
    </label>
  );
}
