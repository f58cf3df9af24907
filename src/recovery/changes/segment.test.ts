import { expect, test } from "vitest";
import { type Change, digestOf } from "./change.ts";
import { chooseSegments, follows } from "./choose-segments.ts";
import { outlivedSegments } from "./outlived-segments.ts";
import { beginOf, packed, runAt, type Segment, segmentName, segmentOf, unpacked } from "./segment.ts";

const change = (revision: number): Change => ({
  revision,
  at: "2026-01-01T00:00:00.000Z",
  events: [
    { put: "YQ==", value: "Yg==", created: 2, version: revision - 1, lease: "7587", ttl: 15 },
    { delete: "Yw==" },
  ],
});
const run = "20260101T000000000Z";
const segment = (first: number, last: number, more: Partial<Segment> = {}): Segment => ({
  ...{ run, first, last, digest: "0123456789abcdef", encrypted: false },
  ...more,
});
const range = (segments: readonly Segment[]) => segments.map(({ first, last }) => `${first}-${last}`);

test("what was shipped piece by piece is read as one", () => {
  const changes = [2, 3, 4].map(change);
  const bytes = Buffer.concat([packed(changes.slice(0, 2)), packed(changes.slice(2))]);
  expect(unpacked(bytes, { first: 2, last: 4 }, "x")).toEqual(changes);
});

test.each([
  ["a byte that was changed", (bytes: Buffer) => bytes.fill(1, 20, 21)],
  ["a piece that was cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length - 9)],
  ["no bytes", () => Buffer.alloc(0)],
  ["less than its name says", () => packed([change(2)])],
  ["a gap", () => packed([change(2), change(4), change(4)])],
])("a segment with %s is no segment", (_, damage) => {
  const bytes = packed([2, 3, 4].map(change));
  expect(() => unpacked(damage(bytes), { first: 2, last: 4 }, "x/2-4")).toThrow("The changes in x/2-4 are damaged");
});

test("a segment's name says all of it, and others are none", () => {
  for (const encrypted of [false, true]) {
    expect(segmentOf(segmentName(segment(2, 40, { encrypted })))).toEqual(segment(2, 40, { encrypted }));
  }
  const others = [
    "manifest.json",
    `${run}/2-40.gz`,
    "now/2-40-0123456789abcdef.gz",
    `${run}/a/2-40-0123456789abcdef.gz`,
  ];
  expect(others.flatMap((name) => segmentOf(name) ?? [])).toEqual([]);
  const now = new Date("2026-01-31T18:00:05.007Z");
  expect(beginOf(runAt(now))).toBe(now.toISOString());
});

test("a change is told from every other of its revision", () => {
  const [event] = change(5).events;
  const others = [
    { ...change(5), events: [event] },
    { ...change(5), events: [{ ...event, value: "Yy==" }, change(5).events[1]] },
    { ...change(5), events: [{ ...event, lease: undefined }, change(5).events[1]] },
    change(6),
  ] as Change[];
  expect(new Set([change(5), ...others].map(digestOf)).size).toBe(5);
  // Who asked for the lease's time, and when it was heard of, is not etcd's.
  const heard = {
    ...change(5),
    at: "2026-01-02T00:00:00.000Z",
    events: [{ ...event, ttl: undefined }, change(5).events[1]],
  };
  expect(digestOf(heard as Change)).toBe(digestOf(change(5)));
});

const base = { revision: 100, madeAt: "2026-01-01T01:00:00Z" };

test("the segments behind a backup are those without a gap, and of overlapping ones the longest", () => {
  const found = [segment(50, 90), segment(90, 105), segment(90, 140), segment(120, 160), segment(170, 200)];
  expect(range(chooseSegments(found, base))).toEqual(["90-140", "120-160"]);
  expect(chooseSegments([segment(50, 90), segment(102, 160)], base)).toEqual([]);
  expect(chooseSegments([], base)).toEqual([]);
});

test("segments of different runs are never put together, and the run that reaches furthest counts", () => {
  const later = "20260101T003000000Z";
  const found = [segment(101, 120), segment(121, 300, { run: later }), segment(90, 130, { run: later })];
  expect(range(chooseSegments(found, base))).toEqual(["90-130", "121-300"]);
  expect(range(chooseSegments([segment(101, 120), segment(121, 300, { run: later })], base))).toEqual(["101-120"]);
});

test("a run follows upon the backup that it began with, and upon those made while it went on", () => {
  expect(follows({ run, first: 101 }, base)).toBe(true);
  expect(follows({ run, first: 20 }, base)).toBe(true);
  expect(follows({ run, first: 102 }, base)).toBe(false);
  // Made before the run began: etcd may have been put back in between.
  expect(follows({ run: "20260101T020000000Z", first: 20 }, base)).toBe(false);
  expect(follows({ run: "20260101T020000000Z", first: 101 }, base)).toBe(true);
});

test("segments go once no backup needs them, and what the present history has stays until it has a backup", () => {
  const [a, b, now] = ["a", "b", "now"].map((history) =>
    [segment(1, 50), segment(51, 100), segment(101, 120)].map((each) => ({ ...each, history })),
  ) as [(Segment & { history: string })[], (Segment & { history: string })[], (Segment & { history: string })[]];
  const backups = [
    { history: "a", revision: 100 },
    { history: "a", revision: 110 },
  ];
  expect(outlivedSegments([...a, ...b, ...now], backups, "now")).toEqual([...a.slice(0, 2), ...b]);
});
