import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { ApiError } from "./api-error.ts";
import type { WatchEvent } from "./kube.ts";
import type { Resource } from "./resource.ts";
import { type Page, type WatchSource, watch } from "./watch.ts";

const object = (name: string, resourceVersion: string): Resource => ({
  metadata: { name, namespace: "n", resourceVersion },
});
const line = (type: string, value: object) => `${JSON.stringify({ type, object: value })}\n`;

/** Answers lists and follows from scripts, and ends the watch when there is nothing left to answer. */
async function run(script: {
  lists: (Page<Resource> | undefined | Error)[];
  follows: (string[] | Error)[];
  /** What the server says when asked for its version alone: nothing that makes a watch begin anew. */
  version?: string;
}) {
  const stop = new AbortController();
  const seen: string[] = [];
  const positions: string[] = [];
  const errors: string[] = [];
  const pauses: number[] = [];
  /** How many errors there were before each recovery. */
  const recoveries: number[] = [];
  function next<T>(queue: (T | Error)[]): T {
    if (queue.length === 0) stop.abort();
    const answer = queue.shift();
    if (answer instanceof Error) throw answer;
    return answer as T;
  }
  const source: WatchSource<Resource> = {
    list: async () => next(script.lists),
    version: async () => script.version ?? "1000",
    follow: async (position) => {
      positions.push(position);
      return Readable.from(next(script.follows) ?? []) as never;
    },
  };
  const options = {
    signal: stop.signal,
    onEvent: ({ type, object }: WatchEvent<Resource>) =>
      seen.push(`${type} ${object.metadata?.name}@${object.metadata?.resourceVersion}`),
    synced: () => seen.push("synced"),
    startsOver: () => seen.push("starts over"),
    onError: (error: Error) => errors.push(error.message),
    recovered: () => recoveries.push(errors.length),
  };
  await watch(source, options, async (ms) => {
    pauses.push(ms);
  });
  return { seen, positions, errors, pauses, recoveries };
}

test("lists, follows, and resumes from the last event or bookmark", async () => {
  const { seen, positions } = await run({
    lists: [{ items: [object("a", "1")], resourceVersion: "5" }],
    follows: [
      [line("ADDED", object("b", "6")), line("BOOKMARK", { metadata: { resourceVersion: "9" } })],
      [line("DELETED", object("a", "10"))],
    ],
  });
  expect(seen).toEqual(["ADDED a@1", "synced", "ADDED b@6", "DELETED a@10"]);
  expect(positions).toEqual(["5", "9", "10"]);
});

test("lines may come in pieces", async () => {
  const text = line("ADDED", object("pieces", "2")) + line("MODIFIED", object("pieces", "3"));
  const { seen } = await run({
    lists: [{ items: [], resourceVersion: "1" }],
    follows: [[text.slice(0, 7), text.slice(7, 90), text.slice(90)]],
  });
  expect(seen).toEqual(["synced", "ADDED pieces@2", "MODIFIED pieces@3"]);
});

test("lists again where the position is too old, and gives only what changed", async () => {
  const expired = { kind: "Status", code: 410, reason: "Expired", message: "too old" };
  const { seen, errors } = await run({
    lists: [
      { items: [object("same", "1"), object("changed", "1"), object("gone", "1")], resourceVersion: "5" },
      { items: [object("same", "1"), object("changed", "8"), object("new", "7")], resourceVersion: "9" },
    ],
    follows: [[line("ERROR", expired)]],
  });
  expect(seen.slice(4)).toEqual(["MODIFIED changed@8", "ADDED new@7", "DELETED gone@undefined"]);
  expect(errors).toEqual([]);
});

test("tells of a server that is away, and goes on from where it was", async () => {
  const { seen, positions, errors } = await run({
    lists: [new Error("away"), { items: [], resourceVersion: "5" }],
    follows: [new Error("away again"), [line("ADDED", object("a", "6"))]],
  });
  expect(errors).toEqual(["away", "away again"]);
  expect(positions).toEqual(["5", "5", "6"]);
  expect(seen).toEqual(["synced", "ADDED a@6"]);
});

test("a stream that is cut is no news where the next one comes", async () => {
  async function* cut() {
    yield line("ADDED", object("a", "6"));
    throw new Error("cut");
  }
  const { positions, errors } = await run({
    lists: [{ items: [], resourceVersion: "5" }],
    follows: [cut() as never, [line("ADDED", object("b", "7"))]],
  });
  expect(positions).toEqual(["5", "6", "7"]);
  expect(errors).toEqual([]);
});

test("a listener that throws is told of, and gets the next event all the same", async () => {
  const stop = new AbortController();
  const seen: string[] = [];
  const errors: string[] = [];
  const source: WatchSource<Resource> = {
    list: async () => ({ items: [object("a", "1"), object("b", "2")], resourceVersion: "3" }),
    version: async () => "3",
    follow: async () => {
      stop.abort();
      return Readable.from([]);
    },
  };
  await watch(source, {
    signal: stop.signal,
    onEvent: ({ object }) => {
      if (object.metadata?.name === "a") throw new Error("no a, please");
      seen.push(object.metadata?.name ?? "");
    },
    onError: (error) => errors.push(error.message),
  });
  expect([seen, errors]).toEqual([["b"], ["no a, please"]]);
});

test("a kind that is not served counts as empty, until it is", async () => {
  const { seen, errors } = await run({
    lists: [undefined, undefined, { items: [object("a", "3")], resourceVersion: "4" }],
    follows: [],
  });
  expect(seen).toEqual(["synced", "ADDED a@3"]);
  expect(errors).toEqual([]);
});

test("a server that refused and then does not serve the kind has recovered: nothing fails any more", async () => {
  const { errors, recoveries } = await run({
    lists: [new ApiError("list", 403, "no"), new ApiError("list", 403, "no"), undefined, undefined],
    follows: [],
  });
  expect(errors).toHaveLength(2);
  expect(recoveries).toEqual([2]);
});

test("objects of a kind that is not served for a while are not gone, unless they are when it is again", async () => {
  const { seen } = await run({
    lists: [
      { items: [object("a", "3"), object("b", "4")], resourceVersion: "4" },
      undefined,
      { items: [object("a", "3")], resourceVersion: "6" },
    ],
    follows: [new ApiError("watch", 404, "404 page not found")],
  });
  expect(seen).toEqual(["ADDED a@3", "ADDED b@4", "synced", "DELETED b@undefined"]);
});

test("a list of lower versions begins anew: it is told, and everything in it is news", async () => {
  const expired = { kind: "Status", code: 410, reason: "Expired", message: "too old" };
  const { seen, positions } = await run({
    lists: [
      { items: [object("same", "3"), object("gone", "8")], resourceVersion: "100" },
      { items: [object("same", "3"), object("new", "9")], resourceVersion: "20" },
    ],
    follows: [[line("ERROR", expired)], [line("MODIFIED", object("same", "21"))]],
  });
  expect(seen).toEqual([
    ...["ADDED same@3", "ADDED gone@8", "synced"],
    ...["starts over", "MODIFIED same@3", "ADDED new@9", "DELETED gone@undefined", "MODIFIED same@21"],
  ]);
  expect(positions).toEqual(["100", "20", "21"]);
});

test("after an interruption the server's version is looked at: a restored one would give no event for long", async () => {
  const script = (version: string, interruption: Error | string[]) => ({
    lists: [
      { items: [object("a", "3")], resourceVersion: "100" },
      { items: [object("a", "4")], resourceVersion: "50" },
    ],
    follows: [interruption, [line("MODIFIED", object("a", "101"))]],
    version,
  });
  // A server that is killed may end its watches as if their time were over.
  for (const interruption of [new Error("away"), []]) {
    const restored = await run(script("50", interruption));
    expect(restored.seen.slice(2, 5)).toEqual(["starts over", "MODIFIED a@4", "MODIFIED a@101"]);
    expect(restored.positions.slice(0, 2)).toEqual(["100", "50"]);
    const same = await run(script("100", interruption));
    expect(same.seen.slice(2, 3)).toEqual(["MODIFIED a@101"]);
    expect(same.positions.slice(0, 2)).toEqual(["100", "100"]);
  }
});

const expired = { kind: "Status", code: 410, reason: "Expired", message: "too old" };
const broken = { kind: "Status", code: 500, reason: "InternalError", message: "etcd is not well" };
for (const [name, status] of [
  ["whose position is always too old", expired],
  ["that ends with an error right after it was opened", broken],
] as const) {
  test(`a watch ${name} is tried again later and later, and says so`, async () => {
    const page = { items: [object("a", "1")], resourceVersion: "5" };
    const { pauses, errors } = await run({
      lists: Array.from({ length: 12 }, () => page),
      follows: Array.from({ length: 10 }, () => [line("ERROR", status)]),
    });
    expect(pauses.length).toBeGreaterThanOrEqual(9);
    expect(pauses.slice(0, 9).reduce((sum, ms) => sum + ms)).toBeGreaterThan(20_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(12_500);
    expect(new Set(errors)).toEqual(new Set([`Could not follow: ${status.message}`]));
  });
}

test("a watch that brought something is tried again at once where its position is too old", async () => {
  const { pauses } = await run({
    lists: Array.from({ length: 10 }, () => ({ items: [], resourceVersion: "5" })),
    follows: Array.from({ length: 8 }, () => [line("ADDED", object("a", "6")), line("ERROR", expired)]),
  });
  // The one at the end of the script.
  expect(pauses).toHaveLength(1);
});

test("a server that refuses to be followed, and then does it, is said to have recovered once", async () => {
  const forbidden = new ApiError("follow", 403, JSON.stringify({ message: "forbidden" }));
  const { recoveries } = await run({
    lists: [forbidden, { items: [], resourceVersion: "5" }],
    follows: [forbidden, [line("ADDED", object("a", "6"))], []],
  });
  expect(recoveries).toEqual([2]);
});
