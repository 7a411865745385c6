// The JSON frames of /v1/signal, as convene/session/v1/signal.proto declares them.

export type TrackSource = "MICROPHONE" | "CAMERA" | "SCREEN" | "";
export type Side = "PUBLISHER" | "SUBSCRIBER" | "";
export type Role = "" | "HOST" | "CO_HOST" | "PARTICIPANT" | "OBSERVER";

export interface Participant {
  id: string;
  session_id: string;
  name: string;
  role: Role;
  kind: string;
  state: string;
  epoch: number;
  muted: boolean;
  camera: boolean;
  screen: boolean;
  video_paused: boolean;
  consent_time: string | null;
}

export interface Session {
  id: string;
  meeting_id: string;
  state: string;
  held: boolean;
  locked: boolean;
  recording_state: string;
  recording_id: string;
  planned_end_time: string | null;
  transcribed: boolean;
  policy: { auto_record?: boolean | null; allow_unmute?: boolean | null } | null;
  end_text?: string;
}

export interface Prompt {
  id: string;
  kind: "" | "CHAT" | "SYSTEM" | "SPOKEN";
  text: string;
  from_participant_id: string;
  from_name: string;
  to_role: Role;
  to_participant_id: string;
  create_time: string | null;
}

export interface IceServer {
  urls: string[];
  username: string;
  credential: string;
}

export interface Welcome {
  self: Participant;
  session: Session;
  participants: Participant[];
  meeting_title: string;
  transcribed: boolean;
  prompts: Prompt[];
  ice_servers: IceServer[];
  resumed: boolean;
  join_token: string;
}

export interface PublishedTrack {
  mid: string;
  source: TrackSource;
}

export interface OfferedTrack extends PublishedTrack {
  participant_id: string;
}

export interface Candidate {
  side: Side;
  candidate: string;
  sdp_mid: string;
  sdp_m_line_index: number;
}

export interface Command {
  id: string;
  verb: string;
  target_id: string;
  state: string;
  reason: string;
}

export interface Caption {
  segment_id: string;
  participant_id: string;
  name: string;
  text: string;
  final: boolean;
  language: string;
  /** It takes the place of what was said. */
  translated: boolean;
}

export interface Told {
  reason: string;
  text: string;
}

/** What the session says, by the frame's one field. */
export interface Said {
  welcome: Welcome;
  knocking: { meeting_title: string };
  published: { sdp: string };
  offer: { sdp: string; tracks: OfferedTrack[] };
  candidate: Candidate;
  participant: { participant: Participant };
  session: { session: Session };
  talking: { participant_id: string; talking: boolean };
  prompt: Prompt;
  command: { command: Command };
  rejoin: { reason: string };
  goodbye: Told;
  ending_soon: { remaining_seconds: number };
  pong: { sent_ms: number };
  caption: Caption;
  caption_languages: { languages: string[] };
  refusal: Told;
}

/** What the page asks, by the frame's one field. */
export interface Asked {
  hello: { join_token: string; consent: boolean; fresh?: boolean };
  publish: { sdp: string; tracks: PublishedTrack[] };
  answer: { sdp: string };
  candidate: Candidate;
  set_media: { muted: boolean; camera: boolean; listening: boolean };
  chat: { text: string; to_participant_id?: string };
  order: Order;
  leave: Record<string, never>;
  ping: { sent_ms: number };
  captions: { language: string };
}

export interface Order {
  verb: string;
  participant_id?: string;
  reason?: string;
  ban?: boolean;
  extend_seconds?: number;
}

export type SaidKind = keyof Said;
export type Frame = { [K in SaidKind]: { kind: K; body: Said[K] } }[SaidKind];

/** The frame in a text; null for what is none, or is of a newer session's kind. */
export function readFrame(text: string): Frame | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const names = Object.keys(value);
  const kind = names[0];
  if (names.length !== 1 || !kind) return null;
  return { kind, body: (value as Record<string, unknown>)[kind] } as Frame;
}

export function writeFrame<K extends keyof Asked>(kind: K, body: Asked[K]): string {
  return JSON.stringify({ [kind]: body });
}
