import { expect, test } from "vitest";
import { secondsOf } from "./hosted-recovery.ts";

test("an operation takes from its begin to its end; one that did not come to its end is not told", () => {
  const operations = [
    { name: "stop", startedAt: "2026-01-01T00:00:01.500Z", completedAt: "2026-01-01T00:00:36.000Z" },
    { name: "start", startedAt: "2026-01-01T00:00:36.000Z" },
  ];
  expect(secondsOf(operations)).toEqual({ stop: 34.5 });
});
