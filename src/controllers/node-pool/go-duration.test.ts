import { expect, test } from "vitest";
import { goDurationSeconds } from "./go-duration.ts";

test.each([
  ["10m", 600],
  ["1h30m", 5400],
  ["0s", 0],
  ["0", 0],
  ["1500ms", 2],
  ["1.5h", 5400],
])("%s is %i seconds", (text, seconds) => {
  expect(goDurationSeconds(text)).toBe(seconds);
});

test.each([undefined, "", "10", "ten minutes", "-5m", "5 m"])("%s is no duration", (text) => {
  expect(goDurationSeconds(text)).toBeUndefined();
});
