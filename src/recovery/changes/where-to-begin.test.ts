import { expect, test } from "vitest";
import { runAt, type Segment } from "./segment.ts";
import { whereToBegin } from "./where-to-begin.ts";

const now = new Date("2026-01-01T02:00:00Z");
const segment = (run: string, first: number, last: number): Segment => ({
  ...{ run, first, last, digest: `digest-of-${last}`, encrypted: true },
});

test("shipping goes on where the newest run of the location ends, whatever backups there are since", () => {
  const segments = [segment("20260101T010000000Z", 50, 90), segment("20260101T010000000Z", 20, 49)];
  const former = segment("20260101T000000000Z", 1, 400);
  const goesOn = { run: "20260101T010000000Z", next: 91, digest: "digest-of-90" };
  expect(whereToBegin([former, ...segments], { revision: 95 }, now)).toEqual(goesOn);
  expect(whereToBegin([former, ...segments], undefined, now)).toEqual(goesOn);
});

test("where nothing is shipped yet it begins behind the newest backup", () => {
  expect(whereToBegin([], { revision: 95 }, now)).toEqual({ run: runAt(now), next: 96 });
  expect(whereToBegin([], undefined, now)).toBeUndefined();
});
