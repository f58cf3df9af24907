import { expect, test } from "vitest";
import { gathered } from "../../testing/gathered.ts";
import type { Change } from "./change.ts";
import { ChangesLost, type FollowOptions, followChanges } from "./follow-changes.ts";

const event = (revision: number, more: object = {}) => ({
  kv: { key: "YQ==", value: "Yg==", create_revision: "2", mod_revision: `${revision}`, version: "3", ...more },
});

/** A member that gives these answers to a watch, and grants every lease for a minute and a half. */
function member(answers: object[]) {
  const asked: string[] = [];
  const client = {
    async *stream() {
      yield* answers;
    },
    async call(_host: string, method: string, { ID }: { ID: string }) {
      asked.push(`${method} ${ID}`);
      return ID === "9" ? {} : { grantedTTL: "90" };
    },
  } as unknown as FollowOptions["client"];
  return { client, asked };
}

function follow(answers: object[], options: { from?: number; now?: () => Date } = {}) {
  const { client, asked } = member(answers);
  const now = options.now ?? (() => new Date("2026-01-01T00:00:00Z"));
  const { signal } = new AbortController();
  const heard = gathered(followChanges({ client, host: "etcd-0", from: options.from ?? 5, now, signal }));
  return { heard: heard.then((batches) => batches.flat()), asked };
}

test("events of one revision are one change, in order, and what a lease was granted for is asked once", async () => {
  const leased = { lease: "7587862094952110000" };
  const events = [event(5, leased), { type: "DELETE", kv: { key: "Yw==", mod_revision: "5" } }, event(6, leased)];
  const { heard, asked } = follow([
    { result: { created: true } },
    { result: { events } },
    { result: { events: [event(7, { lease: "9" })] } },
  ]);
  const written = { put: "YQ==", value: "Yg==", created: 2, version: 3 };
  expect((await heard).map(({ revision, events }: Change) => [revision, events])).toEqual([
    [5, [{ ...written, ...leased, ttl: 90 }, { delete: "Yw==" }]],
    [6, [{ ...written, ...leased }]],
    // It had run out when it was asked about: what comes next deletes its keys.
    [7, [{ ...written, lease: "9", ttl: 60 }]],
  ]);
  expect(asked).toEqual(["lease/timetolive 7587862094952110000", "lease/timetolive 9"]);
});

test("a revision whose events come in several answers is one change", async () => {
  const [more, last] = [true, undefined].map((fragment) => (...events: object[]) => ({ result: { events, fragment } }));
  const { heard } = follow([
    more?.(event(5), event(6)),
    more?.(event(6)),
    more?.(event(6), event(7)),
    last?.(event(7), event(8)),
    last?.(event(9)),
  ] as object[]);
  expect((await heard).map(({ revision, events }) => [revision, events.length])).toEqual([
    [5, 1],
    [6, 3],
    [7, 2],
    [8, 1],
    [9, 1],
  ]);
});

test("a clock that is put back does not put changes in another order", async () => {
  const times = ["2026-01-01T00:00:02Z", "2026-01-01T00:00:01Z", "2026-01-01T00:00:03Z"].map((time) => new Date(time));
  const answers = [5, 6, 7].map((revision) => ({ result: { events: [event(revision)] } }));
  const { heard } = follow(answers, { now: () => times.shift() as Date });
  expect((await heard).map(({ at }) => at.slice(17, 19))).toEqual(["02", "02", "03"]);
});

test.each([
  ["what is wanted was compacted", { result: { canceled: true, compact_revision: "9" } }],
  ["a revision is left out", { result: { events: [event(6)] } }],
])("where %s, changes are lost", async (_, answer) => {
  await expect(follow([answer]).heard).rejects.toBeInstanceOf(ChangesLost);
});

test.each([
  ["ends it", { result: { canceled: true, cancel_reason: "no leader" } }, "no leader"],
  ["fails", { error: { message: "transport is closing" } }, "transport is closing"],
])("a member that %s has lost nothing", async (_, answer, message) => {
  const error = await follow([answer]).heard.catch((error: Error) => error);
  expect(error).toMatchObject({ message: expect.stringContaining(message) });
  expect(error).not.toBeInstanceOf(ChangesLost);
});
