// What a person is told when they are not, or no longer, in the meeting.

export interface Ending {
  title: string;
  text: string;
  /** Whether trying again can help. */
  again: boolean;
}

const ending = (title: string, text: string, again = false): Ending => ({ title, text, again });

const ASK = "Ask whoever invited you for a new link.";
const UNKNOWN = ending("This link leads nowhere", `It may be incomplete or mistyped. ${ASK}`);
const LOCKED = ending(
  "The meeting is locked",
  "Nobody else can come in right now. Try again later, or ask a host to unlock it.",
  true,
);
const ENDED = ending("The meeting is over", "It has ended for everybody.");
const FULL = ending("The meeting is full", "Somebody has to leave before you can come in.", true);
const BANNED = ending(
  "You cannot come back",
  "A host removed you from this meeting, and it does not let you in again.",
);

const ENDINGS: Record<string, Ending> = {
  UNKNOWN_JOIN_LINK: UNKNOWN,
  JOIN_LINK_NOT_FOUND: UNKNOWN,
  JOIN_LINK_REVOKED: ending("This link was withdrawn", `It no longer works. ${ASK}`),
  JOIN_LINK_EXPIRED: ending("This link has expired", `It was only good for a while. ${ASK}`),
  JOIN_LINK_USED: ending("This link was used already", `It worked only once. ${ASK}`),
  SESSION_LOCKED: LOCKED,
  LOCKED,
  PARTICIPANT_BANNED: BANNED,
  BANNED,
  SESSION_OVER: ENDED,
  SESSION_NOT_LIVE: ENDED,
  NO_LIVE_SESSION: ENDED,
  ENDED,
  SESSION_FULL: FULL,
  FULL,
  NO_BROWSERS: ending(
    "This meeting has no room for browsers",
    "It is played by the sandbox, with scripted people only. Software can follow it; browsers cannot join.",
  ),
  LEFT: ending("You left the meeting", "You can close this page, or come back in.", true),
  REMOVED: ending("You were removed", "A host took you out of the meeting."),
  DENIED: ending("You were not let in", "A host decided not to admit you."),
  CONSENT_NEEDED: ending(
    "You did not agree in time",
    "This meeting is recorded or transcribed, so that whoever is in it has to agree to that. Nothing of you was kept since you were asked.",
    true,
  ),
  NOT_ADMITTED: ending(
    "Nobody let you in",
    "No host answered for a long while. Ask a host of the meeting, then try again.",
    true,
  ),
  NO_MEDIA: ending(
    "Sound and video could not be connected",
    "Your network or a firewall may keep this page from using UDP. Try another network, or ask whoever runs it.",
    true,
  ),
  REPLACED: ending(
    "You joined from elsewhere",
    "The same link was opened on another page or device, and the meeting goes on there.",
    true,
  ),
  CONNECTION_LOST: ending(
    "The connection was lost",
    "The meeting could not be reached for a while. Check your network, then try again.",
    true,
  ),
};

/** Why somebody has to wait rather than stay out. */
export const PASSING = new Set(["MEETING_NOT_STARTED", "SESSION_NOT_OPEN"]);

/** What to say for a reason; one that is new here is told in the server's own words. */
export function endingFor(reason: string, text: string): Ending {
  const known = ENDINGS[reason];
  if (!known) return ending("You could not join", sentence(text) || "Something went wrong.", true);
  // Who ended it, and why, says all that there is to say.
  if (reason === "ENDED" && text) return { ...known, text: sentence(text) };
  const adds = reason === "REMOVED" || reason === "DENIED";
  return adds && text ? { ...known, text: `${known.text} ${sentence(text)}` } : known;
}

function sentence(text: string): string {
  const trimmed = text.trim();
  if (!trimmed) return "";
  const capital = trimmed[0]!.toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
