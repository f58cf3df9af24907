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
async function run(script: { lists: (Page<Resource> | undefined | Error)[]; follows: (string[] | Error)[] }) {
  const stop = new AbortController();
  const seen: string[] = [];
  const positions: string[] = [];
  const errors: string[] = [];
  function next<T>(queue: (T | Error)[]): T {
    if (queue.length === 0) stop.abort();
    const answer = queue.shift();
    if (answer instanceof Error) throw answer;
    return answer as T;
  }
  const source: WatchSource<Resource> = {
    list: async () => next(script.lists),
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
    onError: (error: Error) => errors.push(error.message),
  };
  await watch(source, options, async () => {});
  return { seen, positions, errors };
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

test("a kind whose definition goes away loses its objects", async () => {
  const { seen } = await run({
    lists: [{ items: [object("a", "3")], resourceVersion: "4" }, undefined],
    follows: [new ApiError("watch", 404, "404 page not found")],
  });
  expect(seen).toEqual(["ADDED a@3", "synced", "DELETED a@undefined"]);
});
