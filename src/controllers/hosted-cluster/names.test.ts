import { expect, test } from "vitest";
import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import { paused } from "../../api/paused.ts";
import { infraIDOf } from "./identity.ts";

const now = new Date("2026-01-01T00:00:00Z");

test("an infraID is the name with five letters, and short", () => {
  expect(infraIDOf("demo", new Uint8Array([0, 1, 2, 3, 4]))).toBe("demo-bcdfg");
  expect(infraIDOf("a-name-that-is-much-too-long", new Uint8Array(5))).toMatch(/^[a-z0-9-]{1,27}$/);
});

test("dots of a name become dashes in the namespace", () => {
  expect(controlPlaneNamespace({ metadata: { name: "a.b", namespace: "clusters" } })).toBe("clusters-a-b");
});

test.each([
  [undefined, false, true],
  ["", false, true],
  ["false", false, true],
  ["true", true, true],
  ["True", true, true],
  ["2026-01-01T00:01:00Z", true, true],
  ["2025-12-31T00:00:00Z", false, true],
  ["tomorrow", false, false],
])("pausedUntil %j pauses: %j", (value, isPaused, valid) => {
  expect(paused(value, now)).toMatchObject({ paused: isPaused, valid });
});

test("a pause by date says how long it lasts", () => {
  expect(paused("2026-01-01T00:01:00Z", now).endsInMs).toBe(60_000);
});
