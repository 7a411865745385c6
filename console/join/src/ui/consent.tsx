// Asks somebody who is in the meeting already to agree to what has begun.

import { useEffect, useRef } from "preact/hooks";
import type { Meeting } from "../meeting";

interface Props {
  meeting: Meeting;
  reason: "recorded" | "transcribed";
}

export function ConsentDialog({ meeting, reason }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const what = reason === "recorded" ? "is recorded" : "is transcribed";
  return (
    <dialog
      ref={dialog}
      class="menu"
      aria-labelledby="consent-title"
      onCancel={(event) => event.preventDefault()}
    >
      <div>
        <h2 id="consent-title">This meeting {what}</h2>
        <p>What you say and show becomes part of it. You can stay if you agree.</p>
        <button type="button" class="primary" onClick={() => meeting.agree()}>
          Agree and stay
        </button>
        <button type="button" onClick={() => meeting.leave()}>
          Leave
        </button>
      </div>
    </dialog>
  );
}
