import { expect, test } from "vitest";
import { differInWordsOnly } from "./differ-in-words-only.ts";

const ready = { type: "Ready", status: "False", reason: "Starting", message: "0 of 3", observedGeneration: 1 };

test("another reason or message of a condition is a difference in words", () => {
  const other = { ...ready, reason: "Waiting", message: "1 of 3" };
  expect(differInWordsOnly({ size: 1, conditions: [ready] }, { size: 1, conditions: [other] })).toBe(true);
});

test("another status or generation of a condition, one more or one less, and any other field are more than words", () => {
  const before = { size: 1, conditions: [ready] };
  for (const after of [
    { size: 1, conditions: [{ ...ready, status: "True", message: "" }] },
    { size: 1, conditions: [{ ...ready, observedGeneration: 2, message: "" }] },
    { size: 1, conditions: [ready, { ...ready, type: "Other" }] },
    { size: 1, conditions: [] },
    { size: 1 },
    { size: 2, conditions: [{ ...ready, message: "" }] },
  ])
    expect(differInWordsOnly(before, after)).toBe(false);
});

test("what is the same does not differ", () => {
  expect(differInWordsOnly({ conditions: [ready] }, { conditions: [structuredClone(ready)] })).toBe(false);
});
