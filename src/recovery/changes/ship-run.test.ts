import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { noLog } from "../../kube/log.ts";
import { pause } from "../../kube/pause.ts";
import { readAll } from "../read-all.ts";
import type { Store } from "../store/store.ts";
import { volumeStore } from "../store/volume-store.ts";
import { digestOf } from "./change.ts";
import { findSegments } from "./find-segments.ts";
import { ChangesLost } from "./follow-changes.ts";
import { segmentName, unpacked } from "./segment.ts";
import { type ShipRunOptions, shipRun } from "./ship-run.ts";

const path = "clusters/demo/changes/u";
const run = "20260101T000000000Z";
const { signal } = new AbortController();
let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "roost-changes-"));
  store = volumeStore(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const event = (revision: number) => ({
  kv: { key: "YQ==", value: `${revision}`, create_revision: "2", mod_revision: `${revision}`, version: "3" },
});
const changeOf = (revision: number) => ({
  revision,
  events: [{ put: "YQ==", value: `${revision}`, created: 2, version: 3 }],
});

/** An etcd at this revision that tells of what is given, and then cuts the connection. */
const etcd = (revision: number, told: AsyncIterable<number>) =>
  ({
    async *stream() {
      for await (const each of told) yield { result: { events: [event(each)] } };
    },
    call: async () => ({ header: { revision: `${revision}` } }),
  }) as unknown as ShipRunOptions["client"];

async function* revisions(first: number, last: number, everyMs = 0) {
  for (let revision = first; revision <= last; revision++) {
    if (everyMs) await pause(everyMs);
    yield revision;
  }
}

const ship = (client: ShipRunOptions["client"], changes: Partial<ShipRunOptions> = {}) =>
  shipRun({
    ...{ client, host: "etcd-0", now: () => new Date(), signal, log: noLog, store, path, recipients: [], everyMs: 1 },
    start: { run, next: 5 },
    tell: { shipped() {}, known() {}, failed() {} },
    ...changes,
  });

async function stored() {
  const found = await findSegments(store, path, signal);
  const row = [...found].sort((a, b) => a.first - b.first);
  const revisions: number[] = [];
  for (const segment of row) {
    const bytes = await readAll(await store.get(`${path}/${segmentName(segment)}`, { signal }));
    revisions.push(...unpacked(bytes, segment, "x").map(({ revision }) => revision));
  }
  return { row, revisions };
}

test("what is shipped grows together in one object, whose name tells how far it reaches", async () => {
  await expect(ship(etcd(25, revisions(5, 25, 2)))).rejects.toThrow("has cut the connection");
  const { row, revisions: kept } = await stored();
  expect(row).toEqual([{ run, first: 5, last: 25, digest: digestOf(changeOf(25)), encrypted: false }]);
  expect(kept).toEqual(Array.from({ length: 21 }, (_, i) => i + 5));
});

test("what was heard of before etcd went is in the store, also where the store fails at first", async () => {
  let tries = 0;
  const failing: Store = {
    ...store,
    async put(...args) {
      if (tries++ === 0) throw new Error("no route to the store");
      return store.put(...args);
    },
  };
  const problems: string[] = [];
  const tell = { shipped() {}, known() {}, failed: ({ message }: Error) => void problems.push(message) };
  await expect(ship(etcd(9, revisions(5, 9)), { store: failing, tell })).rejects.toThrow("has cut the connection");
  expect((await stored()).revisions).toEqual([5, 6, 7, 8, 9]);
  expect(problems).toEqual(["no route to the store"]);
});

test("etcd holds nothing for a store that is slow: what comes next is asked for once there is room", async () => {
  const opened: number[] = [];
  let closed: () => void = () => {};
  const firstClosed = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const value = "x".repeat(1024 ** 2);
  const client = {
    async *stream(_host: string, _method: string, body: { create_request: { start_revision: string } }) {
      const from = Number(body.create_request.start_revision);
      opened.push(from);
      try {
        for (let revision = from; revision <= 20; revision++) {
          const { kv } = event(revision);
          yield { result: { events: [{ kv: { ...kv, value } }] } };
        }
      } finally {
        closed();
      }
    },
    call: async () => ({ header: { revision: "20" } }),
  } as unknown as ShipRunOptions["client"];
  const slow: Store = {
    ...store,
    async put(...args) {
      await firstClosed;
      return store.put(...args);
    },
  };
  await expect(ship(client, { store: slow, holdMs: 10 })).rejects.toThrow("has cut the connection");
  expect(opened[0]).toBe(5);
  expect(opened.length).toBeGreaterThan(1);
  expect((await stored()).revisions).toEqual(Array.from({ length: 16 }, (_, i) => i + 5));
});

test("a run goes on behind what is in the store, where etcd still has that", async () => {
  const start = { run, next: 8, digest: digestOf(changeOf(7)) };
  await expect(ship(etcd(9, revisions(7, 9)), { start })).rejects.toThrow("has cut the connection");
  expect((await stored()).revisions).toEqual([8, 9]);
});

test("an etcd that was put back is not taken for the one that it was", async () => {
  const other = { run, next: 8, digest: digestOf(changeOf(6)) };
  await expect(ship(etcd(9, revisions(7, 9)), { start: other })).rejects.toBeInstanceOf(ChangesLost);
  async function* silent() {
    await new Promise(() => {});
    yield 0;
  }
  const ahead = { run, next: 8, digest: digestOf(changeOf(7)) };
  await expect(ship(etcd(6, silent()), { start: ahead })).rejects.toThrow("is at revision 6, and was at 7");
  expect((await stored()).row).toEqual([]);
});
