import assert from "node:assert/strict";
import { test } from "node:test";
import { Link } from "../src/link";
import { Socket, aBrowser } from "./browser";

const DAY_MS = 86_400_000;

function aLink() {
  const clock = aBrowser();
  const ends: string[] = [];
  const link = new Link("token", false, {
    heard: () => {},
    lost: () => {},
    newToken: async () => null,
    gaveUp: (reason) => void ends.push(reason),
  });
  link.open();
  Socket.newest.accept();
  return { clock, ends };
}

/** The session answers every ping while *ms* go by. */
function stay(clock: ReturnType<typeof aBrowser>, ms: number): void {
  for (let gone = 0; gone < ms; gone += 5000) {
    clock.pass(5000);
    Socket.newest.say("pong", { sent_ms: clock.now });
  }
}

test("whoever waits to be let in keeps the socket by its pings", () => {
  const { clock } = aLink();
  Socket.newest.say("knocking", { meeting_title: "Planning" });
  stay(clock, 600_000);
  assert.equal(Socket.opened.length, 1);
  assert.equal(Socket.newest.asked("ping").length, 120);
});

test("nothing is asked before hello was said", () => {
  const clock = aBrowser();
  const ears = { heard() {}, lost() {}, newToken: async () => null, gaveUp() {} };
  new Link("token", false, ears).open();
  Socket.newest.readyState = Socket.OPEN;
  clock.pass(5000);
  assert.deepEqual(Socket.newest.sent, []);
});

for (const [where, wait] of [
  ["in the lobby", () => Socket.newest.say("knocking", { meeting_title: "" })],
  [
    "before the question of consent",
    () => Socket.newest.say("refusal", { reason: "CONSENT_NEEDED", text: "" }),
  ],
] as const) {
  test(`a connection that is lost twice ${where} is given up neither time`, async () => {
    const { clock, ends } = aLink();
    wait();
    for (const _ of ["once", "twice"]) {
      Socket.newest.fail(1006);
      await Promise.resolve();
      clock.pass(500);
      Socket.newest.accept();
      wait();
      stay(clock, 400_000);
    }
    assert.equal(Socket.opened.length, 3);
    assert.deepEqual(ends, []);
  });
}

test("a session that cannot be reached is given up after minutes", async () => {
  const { clock, ends } = aLink();
  for (let tries = 0; tries < 200 && ends.length === 0; tries++) {
    Socket.newest.fail(1006);
    await Promise.resolve();
    clock.pass(5000);
  }
  assert.deepEqual(ends, ["CONNECTION_LOST"]);
  clock.pass(DAY_MS);
  assert.deepEqual(ends, ["CONNECTION_LOST"]);
});
