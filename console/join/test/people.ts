// Builders of what a session tells of itself.

import type { Participant, Said, Session } from "../src/protocol";

export function aPerson(changes: Partial<Participant> = {}): Participant {
  return {
    id: "par_1",
    session_id: "ses_1",
    name: "Grace",
    role: "PARTICIPANT",
    kind: "PERSON",
    state: "CONNECTED",
    epoch: 1,
    muted: false,
    camera: false,
    screen: false,
    video_paused: false,
    consent_time: null,
    ...changes,
  };
}

export function aSession(changes: Partial<Session> = {}): Session {
  return {
    id: "ses_1",
    meeting_id: "mtg_1",
    state: "ACTIVE",
    held: false,
    locked: false,
    recording_state: "",
    recording_id: "",
    transcribed: false,
    planned_end_time: null,
    policy: null,
    ...changes,
  };
}

export function aWelcome(changes: Partial<Said["welcome"]> = {}): Said["welcome"] {
  return {
    self: aPerson({ id: "par_0", name: "Ada" }),
    session: aSession(),
    participants: [aPerson()],
    meeting_title: "Planning",
    transcribed: false,
    prompts: [],
    ice_servers: [],
    resumed: false,
    join_token: "stay",
    ...changes,
  };
}
