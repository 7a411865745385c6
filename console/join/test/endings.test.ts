import assert from "node:assert/strict";
import { test } from "node:test";
import { endingFor } from "../src/endings";

test("trying again is offered only where it can help", () => {
  const again = (reason: string) => endingFor(reason, "").again;
  for (const reason of ["FULL", "LOCKED", "LEFT", "REPLACED", "CONNECTION_LOST"])
    assert.equal(again(reason), true, reason);
  for (const reason of ["BANNED", "JOIN_LINK_EXPIRED", "JOIN_LINK_REVOKED", "ENDED", "DENIED"])
    assert.equal(again(reason), false, reason);
});

test("a reason that is new is told in the server's words", () => {
  assert.equal(endingFor("TOO_TIRED", "the room is asleep").text, "The room is asleep.");
});

test("what a host said is told with it", () => {
  assert.match(endingFor("REMOVED", "please mind the rules").text, /Please mind the rules\.$/);
});

test("that the meeting is over is said once", () => {
  const told = (text: string) => endingFor("ENDED", text).text;
  assert.equal(told("The meeting has ended."), "The meeting has ended.");
  assert.equal(told("A host ended it. time for lunch"), "A host ended it. time for lunch.");
  assert.equal(told(""), "It has ended for everybody.");
});
