import { expect, test } from "vitest";
import { type Condition, isFalse, isTrue, removeCondition, setCondition } from "./conditions.ts";

const noon = new Date("2026-01-01T12:00:00.123Z");
const later = new Date("2026-01-01T13:00:00Z");

test("a condition is added with its time, and keeps it while its status stays", () => {
  const conditions: Condition[] = [];
  setCondition(conditions, { type: "Ready", status: "False", reason: "Starting", message: "Wait" }, noon);
  expect(conditions).toEqual([
    { type: "Ready", status: "False", reason: "Starting", message: "Wait", lastTransitionTime: "2026-01-01T12:00:00Z" },
  ]);
  setCondition(conditions, { type: "Ready", status: "False", reason: "Slow", observedGeneration: 2 }, later);
  expect(conditions).toMatchObject([
    { reason: "Slow", message: "", observedGeneration: 2, lastTransitionTime: "2026-01-01T12:00:00Z" },
  ]);
  setCondition(conditions, { type: "Ready", status: "True", reason: "AsExpected" }, later);
  expect(conditions).toMatchObject([{ status: "True", lastTransitionTime: "2026-01-01T13:00:00Z" }]);
});

test("conditions keep their places", () => {
  const conditions: Condition[] = [];
  for (const type of ["A", "B", "A"]) setCondition(conditions, { type, status: "True", reason: "AsExpected" }, noon);
  expect(conditions.map(({ type }) => type)).toEqual(["A", "B"]);
  removeCondition(conditions, "A");
  removeCondition(conditions, "Z");
  expect(conditions.map(({ type }) => type)).toEqual(["B"]);
});

test("a condition that is not there is neither true nor false", () => {
  expect([isTrue(undefined, "Ready"), isFalse([], "Ready")]).toEqual([false, false]);
  expect(isTrue([{ type: "Ready", status: "True" }], "Ready")).toBe(true);
  expect(isFalse([{ type: "Ready", status: "False" }], "Ready")).toBe(true);
});
