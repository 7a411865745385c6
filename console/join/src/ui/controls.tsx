// The bar at the bottom: one's own media, the panels, and what hosts may do.

import { useRef } from "preact/hooks";
import type { Meeting } from "../meeting";
import { isHost, isRecorded, isRecordingPaused, knocking, mayPublish, present } from "../state";
import { Icon, type IconName } from "./icons";

interface ControlProps {
  icon: IconName;
  label: string;
  pressed?: boolean;
  off?: boolean;
  danger?: boolean;
  badge?: number;
  press: () => void;
  id?: string;
}

function Control({ icon, label, pressed, off, danger, badge, press, id }: ControlProps) {
  const look = `control ${off ? "off" : ""} ${pressed ? "pressed" : ""} ${danger ? "danger" : ""}`;
  const told = badge ? `${label}, ${badge} new` : label;
  return (
    <button
      type="button"
      id={id}
      class={look}
      aria-pressed={pressed}
      aria-label={told}
      title={label}
      onClick={press}
    >
      <Icon name={icon} />
      {badge ? <span class="badge">{badge > 99 ? "99+" : badge}</span> : null}
    </button>
  );
}

export function Controls({ meeting }: { meeting: Meeting }) {
  const state = meeting.state.value;
  const { muted, camera, sharing, panel, captionsOn, transcribed, unread } = state;
  const publishes = mayPublish(state.people[state.selfId]);
  const canShare = Boolean(navigator.mediaDevices && "getDisplayMedia" in navigator.mediaDevices);
  return (
    <footer class="controls-bar">
      <div class="controls" role="toolbar" aria-label="Controls">
        {publishes && (
          <>
            <Control
              id="mute"
              icon={muted ? "micOff" : "mic"}
              label={muted ? "Unmute (m)" : "Mute (m)"}
              off={muted}
              press={() => void meeting.toggleMuted()}
            />
            <Control
              id="camera"
              icon={camera ? "camera" : "cameraOff"}
              label={camera ? "Turn the camera off (v)" : "Turn the camera on (v)"}
              off={!camera}
              press={() => void meeting.toggleCamera()}
            />
          </>
        )}
        {publishes && canShare && (
          <Control
            id="share"
            icon="screen"
            label={sharing ? "Stop sharing the screen" : "Share the screen"}
            pressed={sharing}
            press={() => void meeting.toggleShare()}
          />
        )}
        {transcribed && (
          <Control
            id="captions"
            icon="captions"
            label="Captions"
            pressed={captionsOn}
            press={() => meeting.set({ captionsOn: !captionsOn })}
          />
        )}
        <Control
          id="chat"
          icon="chat"
          label="Chat (c)"
          pressed={panel === "chat"}
          badge={unread}
          press={() => meeting.dispatch({ type: "panel", panel: "chat" })}
        />
        <Control
          id="people"
          icon="people"
          label={`People (${present(state).length})`}
          pressed={panel === "people"}
          badge={isHost(state.people[state.selfId]) ? knocking(state).length : 0}
          press={() => meeting.dispatch({ type: "panel", panel: "people" })}
        />
        {isHost(state.people[state.selfId]) && <HostMenu meeting={meeting} />}
        <Control id="leave" icon="leave" label="Leave" danger press={() => meeting.leave()} />
      </div>
    </footer>
  );
}

function HostMenu({ meeting }: { meeting: Meeting }) {
  const menu = useRef<HTMLDialogElement>(null);
  const confirm = useRef<HTMLDialogElement>(null);
  const { session } = meeting.state.value;
  const choose = (verb: string, more: { extend_seconds?: number } = {}) => {
    menu.current?.close();
    meeting.order({ verb, ...more });
  };
  const row = (verb: string, label: string, more = {}) => (
    <button type="button" onClick={() => choose(verb, more)}>
      {label}
    </button>
  );
  return (
    <>
      <Control
        id="host"
        icon="more"
        label="Host controls"
        press={() => menu.current?.showModal()}
      />
      <dialog ref={menu} class="menu" aria-label="Host controls" onClick={shutOutside}>
        <div>
          <h2>Host controls</h2>
          {row("mute-all", "Mute everybody")}
          {session?.locked ? row("unlock", "Unlock the meeting") : row("lock", "Lock the meeting")}
          {session?.held ? row("release", "Go on after the hold") : row("hold", "Put on hold")}
          {row("extend", "Extend by 15 minutes", { extend_seconds: 900 })}
          {isRecorded(session) || isRecordingPaused(session) ? (
            <>
              {isRecordingPaused(session)
                ? row("resume-recording", "Go on recording")
                : row("pause-recording", "Pause the recording")}
              {row("stop-recording", "Stop the recording")}
            </>
          ) : (
            row("start-recording", "Record the meeting")
          )}
          <button
            type="button"
            class="danger"
            onClick={() => {
              menu.current?.close();
              confirm.current?.showModal();
            }}
          >
            End for everybody…
          </button>
          <button type="button" onClick={() => menu.current?.close()}>
            Close
          </button>
        </div>
      </dialog>
      <dialog ref={confirm} class="menu" aria-label="End the meeting?" onClick={shutOutside}>
        <div>
          <h2>End the meeting for everybody?</h2>
          <p>Everybody leaves, and nobody can come back in.</p>
          <button
            type="button"
            class="danger"
            onClick={() => {
              confirm.current?.close();
              choose("end");
            }}
          >
            End the meeting
          </button>
          <button type="button" autofocus onClick={() => confirm.current?.close()}>
            Cancel
          </button>
        </div>
      </dialog>
    </>
  );
}

/** Closes a dialog by a click beside it. */
export function shutOutside(event: MouseEvent): void {
  const dialog = event.currentTarget as HTMLDialogElement;
  if (event.target === dialog) dialog.close();
}
