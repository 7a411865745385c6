import assert from "node:assert/strict";
import { test } from "node:test";
import { Meeting } from "../src/meeting";
import type { Participant, Session } from "../src/protocol";
import { Socket, aBrowser } from "./browser";
import { aPerson, aSession, aWelcome } from "./people";

const POLICY = { allow_unmute: true };

const aTrack = () => ({ enabled: true, stop() {} }) as unknown as MediaStreamTrack;

/** Somebody with a microphone and a camera who is in a meeting. */
async function aVisit() {
  const clock = aBrowser();
  const session = aSession({ policy: POLICY });
  globalThis.fetch = async () => Response.json({ join_token: "in", session });
  const meeting = new Meeting("code");
  meeting.devices.microphone = aTrack();
  meeting.devices.camera = aTrack();
  await meeting.join("Ada", false);
  const socket = Socket.newest;
  socket.accept();
  socket.say("welcome", aWelcome({ session }));
  clock.pass(10_000);
  const self = (changes: Partial<Participant>) =>
    socket.say("participant", { participant: aPerson({ id: "par_0", name: "Ada", ...changes }) });
  const is = (changes: Partial<Session>) =>
    socket.say("session", { session: aSession({ policy: POLICY, ...changes }) });
  const texts = () => meeting.state.value.notices.map((one) => one.text);
  return { clock, meeting, socket, self, is, texts };
}

function sends(meeting: Meeting): boolean[] {
  const { microphone, camera } = meeting.devices;
  return [microphone!.enabled, camera!.enabled];
}

test("who was asked is heard and seen again once there is nothing to agree to", async () => {
  const { meeting, socket, is } = await aVisit();
  is({ recording_state: "RECORDING" });
  assert.deepEqual(sends(meeting), [false, false]);
  is({ recording_state: "PAUSED" });
  assert.equal(meeting.state.value.consentFor, "recorded");
  assert.deepEqual(sends(meeting), [false, false]);
  const before = socket.asked("set_media").length;
  is({ recording_state: "STOPPED" });
  assert.deepEqual(sends(meeting), [true, true]);
  const told = socket.asked("set_media");
  assert.equal(told.length, before + 1);
  assert.deepEqual(told.at(-1), { muted: false, camera: true, listening: false });
});

test("who came back while asked sends anew once there is nothing to agree to", async () => {
  const { meeting, socket, is } = await aVisit();
  const session = aSession({ policy: POLICY, recording_state: "RECORDING" });
  socket.say("welcome", aWelcome({ session, resumed: true }));
  assert.equal(meeting.media.publisher, null);
  is({ recording_state: "" });
  assert.notEqual(meeting.media.publisher, null);
  assert.deepEqual(sends(meeting), [true, true]);
});

test("a microphone that was closed before the question stays closed after it", async () => {
  const { meeting, is } = await aVisit();
  await meeting.toggleMuted();
  is({ recording_state: "RECORDING" });
  is({ recording_state: "" });
  assert.deepEqual(sends(meeting), [false, true]);
});

test("a host's mute right after one's own unmute shows once that has settled", async () => {
  const { clock, meeting, self, texts } = await aVisit();
  await meeting.toggleMuted();
  self({ muted: true });
  clock.pass(10_000);
  await meeting.toggleMuted();
  clock.pass(300);
  self({ muted: false });
  clock.pass(300);
  self({ muted: true });
  assert.equal(meeting.state.value.muted, false);
  clock.pass(1500);
  assert.equal(meeting.state.value.muted, true);
  assert.deepEqual(sends(meeting), [false, true]);
  assert.deepEqual(texts(), ["You were muted by a host."]);
});

test("an unmute right after a mute by a host opens the microphone once that has settled", async () => {
  const { clock, meeting, self } = await aVisit();
  self({ muted: true });
  assert.equal(meeting.state.value.muted, true);
  clock.pass(600);
  self({ muted: false });
  assert.equal(meeting.state.value.muted, true);
  clock.pass(1500);
  assert.equal(meeting.state.value.muted, false);
});

test("words about one's own clicks that come late change nothing", async () => {
  const { clock, meeting, self, texts } = await aVisit();
  await meeting.toggleMuted();
  await meeting.toggleMuted();
  self({ muted: true });
  clock.pass(700);
  self({ muted: false });
  clock.pass(5000);
  assert.equal(meeting.state.value.muted, false);
  assert.deepEqual(texts(), []);
});

test("a hold is told by its banner alone", async () => {
  const { meeting, self, is, texts } = await aVisit();
  self({ muted: true, video_paused: true });
  is({ held: true });
  assert.deepEqual(texts(), []);
  self({ muted: true, video_paused: false });
  is({});
  assert.deepEqual(texts(), []);
  assert.equal(meeting.state.value.muted, true);
});
