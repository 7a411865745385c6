import assert from "node:assert/strict";
import { test } from "node:test";
import { backoff, retryAfter } from "../src/backoff";

test("waits double and stop growing", () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 50].map((attempt) => backoff(attempt, 0)),
    [300, 600, 1200, 2400, 4800, 5000, 5000],
  );
});

test("chance takes up to a third off", () => {
  assert.equal(backoff(0, 1), 200);
});

test("Retry-After is followed within bounds", () => {
  assert.equal(retryAfter("7", 5000), 7000);
  assert.equal(retryAfter("0", 5000), 1000);
  assert.equal(retryAfter("99999", 5000), 300_000);
  assert.equal(retryAfter(null, 5000), 5000);
  assert.equal(retryAfter("soon", 5000), 5000);
});
