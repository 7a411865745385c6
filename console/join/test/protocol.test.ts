import assert from "node:assert/strict";
import { test } from "node:test";
import { readFrame, writeFrame } from "../src/protocol";

test("a frame is read by its one field", () => {
  assert.deepEqual(readFrame('{"pong":{"sent_ms":7}}'), { kind: "pong", body: { sent_ms: 7 } });
});

test("what is no frame is nothing", () => {
  for (const text of ["", "7", "null", "{}", '{"a":1,"b":2}', "not json"])
    assert.equal(readFrame(text), null, text);
});

test("a frame is written as one field", () => {
  assert.equal(writeFrame("ping", { sent_ms: 7 }), '{"ping":{"sent_ms":7}}');
});
