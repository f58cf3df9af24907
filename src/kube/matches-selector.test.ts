import { expect, test } from "vitest";
import { matchesSelector } from "./matches-selector.ts";

test("no selector takes everything", () => {
  expect(matchesSelector(undefined)).toBe(true);
  expect(matchesSelector({ size: "large" }, {})).toBe(true);
});

test.each([
  ["In", ["large", "small"], true],
  ["In", ["small"], false],
  ["NotIn", ["small"], true],
  ["NotIn", ["large"], false],
  ["Exists", undefined, true],
  ["DoesNotExist", undefined, false],
  ["Nonsense", undefined, false],
])("%s %j against size=large is %s", (operator, values, expected) => {
  expect(matchesSelector({ size: "large" }, { matchExpressions: [{ key: "size", operator, values }] })).toBe(expected);
});

test("a label that is not there is not in any list", () => {
  expect(matchesSelector({}, { matchExpressions: [{ key: "size", operator: "NotIn", values: ["small"] }] })).toBe(true);
  expect(matchesSelector({}, { matchLabels: { size: "large" } })).toBe(false);
});
