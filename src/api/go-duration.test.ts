import { expect, test } from "vitest";
import { goDurationMs } from "./go-duration.ts";

test.each([
  ["10m", 600_000],
  ["1h30m", 5_400_000],
  ["0s", 0],
  ["0", 0],
  ["1500ms", 1_500],
  ["1.5h", 5_400_000],
  ["5µs", 0.005],
])("%s is %d milliseconds", (text, milliseconds) => {
  expect(goDurationMs(text)).toBe(milliseconds);
});

test.each([undefined, "", "10", "ten minutes", "-5m", "5 m", "soon5m"])("%s is no duration", (text) => {
  expect(goDurationMs(text)).toBeUndefined();
});
