import { expect, test } from "vitest";
import { nodesAtATime } from "./nodes-at-a-time.ts";

test("a roll-out takes one ready node at a time, in large clusters a tenth of them", () => {
  const of = (nodesReady: number) => nodesAtATime({ nodesReady, nodesNotReady: 0 });
  expect([0, 1, 2, 10, 11, 100, 101].map(of)).toEqual([1, 1, 1, 1, 2, 10, 11]);
});

test("nodes that are not ready hold up none of the others, and make none of them wait less", () => {
  for (const nodesNotReady of [1, 7])
    for (const nodesReady of [0, 3, 30])
      expect(nodesAtATime({ nodesReady, nodesNotReady }) - nodesNotReady).toBe(
        nodesAtATime({ nodesReady, nodesNotReady: 0 }),
      );
});
