// All that the page shows, and how each event changes it. Nothing here touches the browser.

import { type Ending, endingFor } from "./endings";
import type { Caption, Frame, Participant, Prompt, Session, Welcome } from "./protocol";

export type Phase = "prejoin" | "joining" | "not-started" | "lobby" | "meeting" | "over";
export type Panel = "" | "chat" | "people";
export type NoticeKind = "info" | "warning" | "system" | "spoken";

export interface Notice {
  id: string;
  kind: NoticeKind;
  text: string;
  from?: string;
}

/** A caption with what was said, where a translation stands in its place. */
export interface ShownCaption extends Caption {
  said?: Caption;
}

export interface State {
  phase: Phase;
  title: string;
  /** Why the person has to agree before joining, or to stay; empty when they need not. */
  consentFor: "" | "recorded" | "transcribed" | "kept";
  consented: boolean;
  ending: Ending | null;
  /** When a meeting that has not started is asked for again, in ms since 1970. */
  retryAt: number;
  waitText: string;
  selfId: string;
  session: Session | null;
  transcribed: boolean;
  people: Record<string, Participant>;
  talking: Record<string, boolean>;
  /** Who spoke last, other than oneself. */
  speaker: string;
  chat: Prompt[];
  unread: number;
  panel: Panel;
  notices: Notice[];
  captions: ShownCaption[];
  captionsOn: boolean;
  /** What captions can be had in besides the spoken language, and what is wanted of it. */
  captionLanguages: string[];
  captionLanguage: string;
  linked: boolean;
  mediaUp: boolean;
  muted: boolean;
  camera: boolean;
  sharing: boolean;
  /** No microphone could be used. */
  listening: boolean;
  endsAt: number | null;
}

export const initial: State = {
  phase: "prejoin",
  title: "",
  consentFor: "",
  consented: false,
  ending: null,
  retryAt: 0,
  waitText: "",
  selfId: "",
  session: null,
  transcribed: false,
  people: {},
  talking: {},
  speaker: "",
  chat: [],
  unread: 0,
  panel: "",
  notices: [],
  captions: [],
  captionsOn: true,
  captionLanguages: [],
  captionLanguage: "",
  linked: false,
  mediaUp: false,
  muted: false,
  camera: true,
  sharing: false,
  listening: false,
  endsAt: null,
};

export type Action =
  | { type: "frame"; frame: Frame; now: number }
  | { type: "set"; changes: Partial<State> }
  | { type: "panel"; panel: Panel }
  | { type: "notice"; notice: Notice }
  | { type: "dismiss"; id: string }
  | { type: "over"; reason: string; text: string };

const MOST_CHAT = 500;
const MOST_NOTICES = 4;
const MOST_CAPTIONS = 3;
const PRESENT = new Set(["CONNECTED", "RECONNECTING"]);
// What a hold does to everybody is told by its own banner.
const BY_HOLD = new Set(["muted", "video"]);

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "frame":
      return heard(state, action.frame, action.now);
    case "set":
      return { ...state, ...action.changes };
    case "panel": {
      const panel = state.panel === action.panel ? "" : action.panel;
      return { ...state, panel, unread: panel === "chat" ? 0 : state.unread };
    }
    case "notice":
      return withNotice(state, action.notice);
    case "dismiss":
      return { ...state, notices: state.notices.filter((one) => one.id !== action.id) };
    case "over":
      return over(state, action.reason, action.text);
  }
}

function heard(state: State, frame: Frame, now: number): State {
  switch (frame.kind) {
    case "welcome":
      return welcomed(state, frame.body);
    case "knocking":
      return { ...state, phase: "lobby", linked: true, title: frame.body.meeting_title };
    case "participant":
      return withPerson(state, frame.body.participant);
    case "session":
      return withSession(state, frame.body.session);
    case "talking":
      return withTalk(state, frame.body.participant_id, frame.body.talking);
    case "prompt":
      return prompted(state, frame.body);
    case "command":
      return settled(state, frame.body.command);
    case "caption":
      return { ...state, captions: captioned(state.captions, frame.body) };
    case "caption_languages":
      return { ...state, captionLanguages: frame.body.languages };
    case "ending_soon":
      return { ...state, endsAt: now + frame.body.remaining_seconds * 1000 };
    case "refusal":
      return withNotice(state, {
        id: `refusal-${frame.body.reason}`,
        kind: "warning",
        text: frame.body.text || frame.body.reason,
      });
    case "goodbye":
      return over(state, frame.body.reason, frame.body.text);
    default:
      return state;
  }
}

function welcomed(state: State, welcome: Welcome): State {
  const people: Record<string, Participant> = {};
  for (const one of [...welcome.participants, welcome.self]) people[one.id] = one;
  const known = new Set(state.chat.map((one) => one.id));
  const consented = state.consented || welcome.self.consent_time !== null;
  const missed = welcome.prompts.filter((one) => !known.has(one.id));
  return {
    ...state,
    phase: "meeting",
    ending: null,
    linked: true,
    title: welcome.meeting_title || state.title,
    selfId: welcome.self.id,
    session: welcome.session,
    transcribed: welcome.transcribed,
    people,
    talking: welcome.resumed ? state.talking : {},
    chat: [...state.chat, ...missed.filter(isChat)].slice(-MOST_CHAT),
    consented,
    consentFor: consentNeeded(welcome.session, welcome.transcribed, consented),
  };
}

/** Why somebody who has not agreed yet has to. */
export function consentNeeded(
  session: Session,
  transcribed: boolean,
  consented: boolean,
): State["consentFor"] {
  if (consented) return "";
  if (isUnderWay(session) || session.policy?.auto_record) return "recorded";
  return transcribed ? "transcribed" : "";
}

export function isRecorded(session: Session | null): boolean {
  return ["STARTING", "RECORDING"].includes(session?.recording_state.toUpperCase() ?? "");
}

export function isRecordingPaused(session: Session | null): boolean {
  return session?.recording_state.toUpperCase() === "PAUSED";
}

/** Whether there is a recording, also while it pauses. */
function isUnderWay(session: Session | null): boolean {
  return isRecorded(session) || isRecordingPaused(session);
}

/** What a change of the session says of the recording; nothing of a pause, which a flag shows. */
export function recordingNews(before: Session | null, after: Session | null): Notice | null {
  const told = { id: "recording" };
  if (!isRecorded(before) && isRecorded(after))
    return { ...told, kind: "warning", text: "This meeting is being recorded." };
  if (isUnderWay(before) && !isUnderWay(after))
    return { ...told, kind: "info", text: "The recording is not running any more." };
  return null;
}

function withPerson(state: State, person: Participant): State {
  const known = state.people[person.id];
  // A late word of an older join says nothing of the newer one.
  if (known && person.epoch < known.epoch) return state;
  const next = { ...state, people: { ...state.people, [person.id]: person } };
  if (isPresent(person) && !person.muted) return next;
  return withTalk(next, person.id, false);
}

function withSession(state: State, session: Session): State {
  const transcribed = state.transcribed || session.transcribed;
  const next = {
    ...state,
    notices: session.held ? state.notices.filter((one) => !BY_HOLD.has(one.id)) : state.notices,
    session,
    transcribed,
    consentFor:
      state.phase === "meeting"
        ? consentNeeded(session, transcribed, state.consented)
        : state.consentFor,
  };
  const extended = session.planned_end_time !== state.session?.planned_end_time;
  return extended ? { ...next, endsAt: null } : next;
}

function withTalk(state: State, id: string, talking: boolean): State {
  if (Boolean(state.talking[id]) === talking) return state;
  const speaker = talking && id !== state.selfId ? id : state.speaker;
  return { ...state, speaker, talking: { ...state.talking, [id]: talking } };
}

function prompted(state: State, prompt: Prompt): State {
  if (!isChat(prompt)) {
    const kind = prompt.kind === "SPOKEN" ? "spoken" : "system";
    return withNotice(state, { id: prompt.id, kind, text: prompt.text, from: prompt.from_name });
  }
  if (state.chat.some((one) => one.id === prompt.id)) return state;
  const own = prompt.from_participant_id === state.selfId;
  const unread = own || state.panel === "chat" ? state.unread : state.unread + 1;
  return { ...state, unread, chat: [...state.chat, prompt].slice(-MOST_CHAT) };
}

function settled(
  state: State,
  command: { id: string; verb: string; state: string; reason: string },
) {
  if (command.state !== "REFUSED") return state;
  const why = command.reason ? `: ${command.reason}` : "";
  const text = `“${command.verb}” was refused${why}`;
  return withNotice(state, { id: `command-${command.id}`, kind: "warning", text });
}

/** What was said, for who wants to read it in another language from now on. */
export function asSpoken(captions: ShownCaption[]): ShownCaption[] {
  return captions.map((one) => one.said ?? one);
}

function captioned(captions: ShownCaption[], caption: Caption): ShownCaption[] {
  const place = captions.findIndex((one) => one.segment_id === caption.segment_id);
  // What is no longer shown needs no translation.
  if (place < 0 && caption.translated) return captions;
  if (place < 0) return [...captions, caption].slice(-MOST_CAPTIONS);
  // Words that are final stay as they are.
  const before = captions[place]!;
  if (before.final && !caption.final) return captions;
  const shown = caption.translated ? { ...caption, said: before.said ?? before } : caption;
  return captions.map((one, at) => (at === place ? shown : one));
}

function withNotice(state: State, notice: Notice): State {
  if (state.session?.held && BY_HOLD.has(notice.id)) return state;
  const others = state.notices.filter((one) => one.id !== notice.id);
  return { ...state, notices: [...others, notice].slice(-MOST_NOTICES) };
}

function over(state: State, reason: string, text: string): State {
  return {
    ...initial,
    title: state.title,
    camera: state.camera,
    muted: state.muted,
    consented: state.consented,
    listening: state.listening,
    phase: "over",
    ending: endingFor(reason, text),
  };
}

function isChat(prompt: Prompt): boolean {
  return prompt.kind === "CHAT" || prompt.kind === "";
}

export function isPresent(person: Participant): boolean {
  return PRESENT.has(person.state);
}

export function isHost(person: Participant | undefined): boolean {
  return person?.role === "HOST" || person?.role === "CO_HOST";
}

/** Whether they may be heard and seen, not only look on. */
export function mayPublish(person: Participant | undefined): boolean {
  return !person || (["", "PERSON", "PHONE"].includes(person.kind) && person.role !== "OBSERVER");
}

/** Who is in the meeting: oneself first, then by name, so that tiles keep their places. */
export function present(state: State): Participant[] {
  const self = state.people[state.selfId];
  const others = Object.values(state.people)
    .filter((one) => one.id !== state.selfId && isPresent(one) && one.kind !== "RECORDER")
    .sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
  return self ? [self, ...others] : others;
}

export function knocking(state: State): Participant[] {
  return Object.values(state.people).filter((one) => one.state === "KNOCKING");
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0]!, words[words.length - 1]!] : words;
  return letters.map((word) => [...word][0]!.toUpperCase()).join("") || "?";
}
