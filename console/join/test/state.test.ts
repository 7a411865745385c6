import assert from "node:assert/strict";
import { test } from "node:test";
import type { Caption, Prompt, Said, SaidKind } from "../src/protocol";
import {
  type State,
  asSpoken,
  initial,
  initials,
  knocking,
  mayPublish,
  present,
  recordingNews,
  reduce,
} from "../src/state";
import { aPerson, aSession, aWelcome } from "./people";

const NOW = 1_000_000;

function aPrompt(changes: Partial<Prompt> = {}): Prompt {
  return {
    id: "prm_1",
    kind: "CHAT",
    text: "Hello",
    from_participant_id: "par_1",
    from_name: "Grace",
    to_role: "",
    to_participant_id: "",
    create_time: null,
    ...changes,
  };
}

function hear<K extends SaidKind>(state: State, kind: K, body: Said[K]): State {
  return reduce(state, { type: "frame", frame: { kind, body } as never, now: NOW });
}

function inMeeting(changes: Partial<Said["welcome"]> = {}): State {
  return hear(initial, "welcome", aWelcome(changes));
}

test("a welcome opens the meeting with everybody in it, oneself first", () => {
  const state = inMeeting({ participants: [aPerson(), aPerson({ id: "par_2", name: "Alan" })] });
  assert.equal(state.phase, "meeting");
  assert.deepEqual(
    present(state).map((one) => one.name),
    ["Ada", "Alan", "Grace"],
  );
});

test("who left, waits or records has no tile", () => {
  let state = inMeeting();
  state = hear(state, "participant", { participant: aPerson({ id: "par_2", state: "LEFT" }) });
  state = hear(state, "participant", { participant: aPerson({ id: "par_3", kind: "RECORDER" }) });
  state = hear(state, "participant", { participant: aPerson({ id: "par_4", state: "KNOCKING" }) });
  assert.deepEqual(
    present(state).map((one) => one.id),
    ["par_0", "par_1"],
  );
  assert.deepEqual(
    knocking(state).map((one) => one.id),
    ["par_4"],
  );
});

test("a late word of an older join changes nothing", () => {
  let state = inMeeting({ participants: [aPerson({ epoch: 2 })] });
  state = hear(state, "participant", { participant: aPerson({ epoch: 1, state: "LEFT" }) });
  assert.equal(state.people["par_1"]!.state, "CONNECTED");
});

test("who is muted does not talk", () => {
  let state = hear(inMeeting(), "talking", { participant_id: "par_1", talking: true });
  assert.equal(state.talking["par_1"], true);
  assert.equal(state.speaker, "par_1");
  state = hear(state, "participant", { participant: aPerson({ muted: true }) });
  assert.equal(state.talking["par_1"], false);
});

test("chat that is not looked at is counted until it is", () => {
  let state = hear(inMeeting(), "prompt", aPrompt());
  state = hear(state, "prompt", aPrompt());
  state = hear(state, "prompt", aPrompt({ id: "prm_2", from_participant_id: "par_0" }));
  assert.equal(state.chat.length, 2);
  assert.equal(state.unread, 1);
  state = reduce(state, { type: "panel", panel: "chat" });
  assert.equal(state.unread, 0);
  state = hear(state, "prompt", aPrompt({ id: "prm_3" }));
  assert.equal(state.unread, 0);
});

test("coming back shows the chat that was missed, once", () => {
  let state = hear(inMeeting(), "prompt", aPrompt());
  const prompts = [aPrompt(), aPrompt({ id: "prm_2", text: "Missed" })];
  state = hear(state, "welcome", { ...welcomeOf(state), prompts, resumed: true });
  assert.deepEqual(
    state.chat.map((one) => one.id),
    ["prm_1", "prm_2"],
  );
});

function welcomeOf(state: State): Said["welcome"] {
  return {
    self: state.people[state.selfId]!,
    session: state.session!,
    participants: Object.values(state.people),
    meeting_title: state.title,
    transcribed: state.transcribed,
    prompts: [],
    ice_servers: [],
    resumed: false,
    join_token: "stay",
  };
}

test("notices of the meeting are banners, not chat", () => {
  let state = hear(inMeeting(), "prompt", aPrompt({ kind: "SYSTEM", text: "Fire drill" }));
  state = hear(state, "prompt", aPrompt({ id: "prm_2", kind: "SPOKEN", text: "Five minutes" }));
  assert.deepEqual(state.chat, []);
  assert.deepEqual(
    state.notices.map(({ kind, text }) => [kind, text]),
    [
      ["system", "Fire drill"],
      ["spoken", "Five minutes"],
    ],
  );
});

test("captions grow in place, and words that are final stay", () => {
  const words = (text: string, final: boolean, id = "seg_1"): Caption => ({
    segment_id: id,
    participant_id: "par_1",
    name: "Grace",
    text,
    final,
    language: "en",
    translated: false,
  });
  let state = inMeeting();
  for (const one of [words("He", false), words("Hello.", true), words("Hel", false)])
    state = hear(state, "caption", one);
  assert.deepEqual(
    state.captions.map((one) => one.text),
    ["Hello."],
  );
  for (const id of ["seg_2", "seg_3", "seg_4"]) state = hear(state, "caption", words(id, true, id));
  assert.deepEqual(
    state.captions.map((one) => one.text),
    ["seg_2", "seg_3", "seg_4"],
  );
  const translated = { ...words("Hola.", true, "seg_3"), language: "es", translated: true };
  state = hear(state, "caption", translated);
  state = hear(state, "caption", { ...translated, segment_id: "seg_1" });
  assert.deepEqual(
    state.captions.map((one) => one.text),
    ["seg_2", "Hola.", "seg_4"],
  );
  state = hear(state, "caption", { ...translated, text: "Olá.", language: "pt" });
  assert.deepEqual(
    asSpoken(state.captions).map((one) => one.text),
    ["seg_2", "seg_3", "seg_4"],
  );
  state = hear(state, "caption_languages", { languages: ["es", "pt"] });
  assert.deepEqual(state.captionLanguages, ["es", "pt"]);
});

test("who has not agreed is asked when the meeting is recorded or transcribed", () => {
  assert.equal(inMeeting({ transcribed: true }).consentFor, "transcribed");
  const before = aPerson({ id: "par_0", consent_time: "2026-01-01T10:00:00Z" });
  assert.equal(inMeeting({ transcribed: true, self: before }).consentFor, "");
  const recording = { session: aSession({ recording_state: "recording" }) };
  assert.equal(hear(inMeeting(), "session", recording).consentFor, "recorded");
  const agreed = { ...inMeeting(), consented: true };
  assert.equal(hear(agreed, "session", recording).consentFor, "");
});

test("an end that is near is forgotten once the meeting is extended", () => {
  let state = hear(inMeeting(), "ending_soon", { remaining_seconds: 60 });
  assert.equal(state.endsAt, NOW + 60_000);
  state = hear(state, "session", {
    session: aSession({ planned_end_time: "2026-01-01T10:00:00Z" }),
  });
  assert.equal(state.endsAt, null);
});

test("a command that was refused says why", () => {
  const command = {
    id: "cmd_1",
    verb: "mute",
    target_id: "par_1",
    state: "REFUSED",
    reason: "gone",
  };
  const state = hear(inMeeting(), "command", { command });
  assert.match(state.notices[0]!.text, /mute.*refused: gone/);
});

test("a goodbye ends it and keeps nothing of the room", () => {
  const state = hear(inMeeting(), "goodbye", { reason: "REMOVED", text: "" });
  assert.equal(state.phase, "over");
  assert.equal(state.ending!.title, "You were removed");
  assert.deepEqual(state.people, {});
});

test("initials are of the first and the last name", () => {
  assert.equal(initials("Ada King Lovelace"), "AL");
  assert.equal(initials("ada"), "A");
  assert.equal(initials("  "), "?");
});

test("who comes to look on may not be heard or seen", () => {
  assert.equal(mayPublish(aPerson({ kind: "PERSON", role: "PARTICIPANT" })), true);
  assert.equal(mayPublish(aPerson({ kind: "PERSON", role: "OBSERVER" })), false);
  assert.equal(mayPublish(aPerson({ kind: "OBSERVER" })), false);
  assert.equal(mayPublish(aPerson({ kind: "BOT" })), false);
});

test("a transcriber that comes later asks for consent and shows its captions", () => {
  const state = hear(inMeeting(), "session", { session: aSession({ transcribed: true }) });
  assert.equal(state.transcribed, true);
  assert.equal(state.consentFor, "transcribed");
});

test("a recording that pauses has still to be agreed to", () => {
  const paused = { session: aSession({ recording_state: "PAUSED" }) };
  assert.equal(hear(inMeeting(), "session", paused).consentFor, "recorded");
  assert.equal(inMeeting(paused).consentFor, "recorded");
});

test("a recording that pauses is not told to have stopped", () => {
  const told = (before: string, after: string) =>
    recordingNews(aSession({ recording_state: before }), aSession({ recording_state: after }))
      ?.text ?? "";
  assert.equal(told("RECORDING", "PAUSED"), "");
  assert.match(told("PAUSED", "RECORDING"), /being recorded/);
  assert.match(told("PAUSED", "STOPPED"), /not running/);
  assert.match(told("RECORDING", "STOPPED"), /not running/);
});
