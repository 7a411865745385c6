// Asks somebody who is in the meeting already to agree to what has begun.

import { useEffect, useRef } from "preact/hooks";
import type { Meeting } from "../meeting";

const WHAT = {
  recorded: "is recorded",
  transcribed: "is transcribed",
  kept: "is recorded or transcribed",
};

interface Props {
  meeting: Meeting;
  reason: keyof typeof WHAT;
}

export function ConsentDialog({ meeting, reason }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="menu"
      aria-labelledby="consent-title"
      onCancel={(event) => event.preventDefault()}
    >
      <div>
        <h2 id="consent-title">This meeting {WHAT[reason]}</h2>
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
