import { expect, test } from "vitest";
import { interruption, lossOf } from "./writer.ts";

const write = (to: "before" | "after", begunAt: number, at = begunAt + 5) => ({ to, begunAt, at });

test("the longest time without an acknowledged write is the interruption, whoever wrote", () => {
  const writes = [write("before", 100), write("before", 60), write("after", 8_000, 9_105), write("after", 9_200)];
  expect(interruption(writes)).toEqual({ gapSeconds: 9, servedAt: 9_105 });
});

test("what was acknowledged after the newest write that is still there is lost", () => {
  const writes = [write("before", 1_000), write("before", 4_000), write("before", 6_500), write("after", 60_000)];
  expect(lossOf(writes, [1_000, 4_000])).toBe(2.5);
  expect(lossOf(writes, [6_500])).toBe(0);
});
