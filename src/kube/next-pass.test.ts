import { expect, test } from "vitest";
import { Stalled, wait } from "./controller.ts";
import { nextPass } from "./next-pass.ts";

const dayMs = 24 * 3600_000;
const resyncMs = dayMs / 2;
const stalled = new Stalled("NoSize", "Give it a size");

test("an error is tried again by the queue's own pauses, whatever else there is", () => {
  expect(nextPass({ error: new Error("no"), resyncMs })).toBe("failed");
});

test("a pass that waits, or is stalled, is looked at again no later than one that is done", () => {
  expect(nextPass({ resyncMs })).toEqual({ afterMs: resyncMs });
  expect(nextPass({ error: stalled, resyncMs })).toEqual({ afterMs: resyncMs });
  expect(nextPass({ wait: wait("Paused", "For a month", 30 * dayMs), resyncMs })).toEqual({ afterMs: resyncMs });
  expect(nextPass({ wait: wait("Starting", "For a moment", 5_000), resyncMs })).toEqual({ afterMs: 5_000 });
});

test("words that were kept back are looked at when they are due, whatever else is waited for", () => {
  expect(nextPass({ settleMs: 800, resyncMs })).toEqual({ afterMs: 800 });
  expect(nextPass({ settleMs: 800, wait: wait("Starting", "For a moment", 5_000) })).toEqual({ afterMs: 800 });
});

test("without a resync only a wait brings another pass", () => {
  expect(nextPass({})).toBeUndefined();
  expect(nextPass({ error: stalled })).toBeUndefined();
  expect(nextPass({ wait: wait("Paused", "For a month", 30 * dayMs) })).toEqual({ afterMs: 30 * dayMs });
});
