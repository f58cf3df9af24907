import { expect, test } from "vitest";
import { percentile } from "./latency.ts";

test("the 99th percentile of 200 reads leaves out the two slowest", () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(percentile(values, 99)).toBe(198);
});
