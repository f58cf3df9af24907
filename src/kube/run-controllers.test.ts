import { afterEach, beforeEach, expect, test } from "vitest";
import { ApiError } from "./api-error.ts";
import type { Condition } from "./conditions.ts";
import type { Controller } from "./controller.ts";
import { Health } from "./health.ts";
import { informersByKube } from "./informers-by-kube.ts";
import { ConfigMap, Secret } from "./kinds.ts";
import type { Kube, WatchOptions } from "./kube.ts";
import { noLog } from "./log.ts";
import { runControllers } from "./run-controllers.ts";

const finalizer = "example.com/test";
let stop: AbortController;
beforeEach(() => {
  stop = new AbortController();
});
afterEach(() => stop.abort());

type Reported = ConfigMap & { status?: { conditions?: Condition[] } };

/** A server with one object, and a watch that tells of its changes when the test says so. */
function slowServer({ keepsStatus }: { keepsStatus: boolean }) {
  let object: Reported = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", namespace: "n", resourceVersion: "1", finalizers: [finalizer] },
  };
  const untold: Reported[] = [];
  const asked: string[] = [];
  let watching: WatchOptions<ConfigMap> | undefined;
  function change(metadata: ConfigMap["metadata"], status = object.status): Reported {
    const resourceVersion = String(Number(object.metadata?.resourceVersion) + 1);
    object = { ...object, metadata: { ...object.metadata, ...metadata, resourceVersion }, status };
    untold.push(structuredClone(object));
    return structuredClone(object);
  }
  const kube = {
    server: "https://test",
    watch: async (_: unknown, options: WatchOptions<ConfigMap>) => {
      watching = options;
      options.onEvent({ type: "ADDED", object: structuredClone(object) });
    },
    get: async () => {
      asked.push("get");
      return structuredClone(object);
    },
    patch: async (_kind: unknown, _name: string, _namespace: string, patch: Reported) => {
      asked.push(patch.status ? `patch ${patch.status.conditions?.map(({ message }) => message)}` : "patch");
      const { resourceVersion = object.metadata?.resourceVersion, ...changes } = patch.metadata ?? {};
      if (resourceVersion !== object.metadata?.resourceVersion) throw new ApiError("patch", 409, "");
      if (patch.status && !keepsStatus) return structuredClone(object);
      return change(changes, patch.status ? { ...object.status, ...patch.status } : undefined);
    },
  } as unknown as Kube;
  return {
    kube,
    change,
    /** What was asked of it, statuses with the messages of their conditions. */
    asked,
    tell() {
      for (const one of untold.splice(0)) watching?.onEvent({ type: "MODIFIED", object: one });
    },
  };
}

type Server = ReturnType<typeof slowServer>;

/** What a controller does to an object until it is cleaned up, with this as its first step. */
function passes(server: Server, step: Controller<Reported>["reconcile"]): Promise<string[]> {
  const done: string[] = [];
  return new Promise((resolve) => {
    const controller: Controller<Reported> = {
      name: "test",
      kind: ConfigMap,
      finalizer,
      reconcile(object, context) {
        done.push("reconcile");
        return step(object, context);
      },
      cleanup() {
        resolve([...done, "cleanup"]);
      },
    };
    const options = { kube: server.kube, log: noLog, signal: stop.signal, onPass: server.tell };
    void runControllers([controller], options);
  });
}

const deletion = { deletionTimestamp: "2026-01-01T00:00:00Z" };

test("an object that is deleted just before a step writes it is cleaned up, however late the watch tells of that", async () => {
  const server = slowServer({ keepsStatus: true });
  const done = await passes(server, async (object) => {
    server.change(deletion);
    // As a step that gives the object its identity.
    object.metadata = (await server.kube.patch(ConfigMap, "a", "n", { metadata: { labels: { by: "step" } } })).metadata;
    object.status = { conditions: starting("soon") };
  });
  expect(done).toEqual(["reconcile", "cleanup"]);
});

test("an object that is deleted during a pass whose status changes nothing on the server is cleaned up", async () => {
  const server = slowServer({ keepsStatus: false });
  const done = await passes(server, (object) => {
    server.change(deletion);
    server.tell();
    object.status = { conditions: starting("soon") };
  });
  expect(done).toEqual(["reconcile", "cleanup"]);
});

const starting = (message: string): Condition[] => [
  { type: "Ready", status: "False", reason: "Starting", message, lastTransitionTime: "2026-01-01T00:00:00Z" },
];

test("a status goes onto what a watch has brought meanwhile, and the server need not be asked for that", async () => {
  const server = slowServer({ keepsStatus: true });
  await passes(server, (object) => {
    server.change({ ...deletion, labels: { by: "somebody" } });
    server.tell();
    object.status = { conditions: starting("soon") };
  });
  // The other patch drops the finalizer.
  expect(server.asked.filter((each) => each !== "patch")).toEqual(["patch soon"]);
});

test("words that change again before they are due are written once, as they are then", async () => {
  const server = slowServer({ keepsStatus: true });
  const words = ["at once", "in between", "at last"];
  let pass = 0;
  await new Promise<void>((resolve) => {
    const controller: Controller<Reported> = {
      name: "test",
      kind: ConfigMap,
      wordsSettleMs: 20,
      reconcile(object) {
        object.status = { conditions: starting(words[Math.min(pass++, words.length - 1)] ?? "") };
      },
    };
    const onPass = () => {
      if (pass < words.length) server.change({ labels: { pass: String(pass) } });
      server.tell();
      if (server.asked.includes("patch at last")) resolve();
    };
    void runControllers([controller], { kube: server.kube, log: noLog, signal: stop.signal, onPass });
  });
  expect(server.asked).toEqual(["patch at once", "patch at last"]);
});

test("a process that was ready stays so when others begin to follow more on the same server", async () => {
  const syncs = new Map<unknown, () => void>();
  const kube = {
    server: "https://test",
    watch: async (kind: unknown, { synced }: WatchOptions<ConfigMap>) => {
      syncs.set(kind, synced ?? (() => {}));
    },
  } as unknown as Kube;
  const health = new Health();
  const { signal } = stop;
  const informers = informersByKube({ log: noLog, signal });
  const common = { kube, log: noLog, signal, informers };
  void runControllers([{ name: "first", kind: ConfigMap, reconcile() {} }], { ...common, health });
  const says = () => [...health.ready].flatMap((check) => check() ?? []);
  expect(says()).toEqual(["Waiting for https://test to list configmaps"]);
  syncs.get(ConfigMap)?.();
  expect(says()).toEqual([]);
  const shared = informersByKube({ log: noLog, signal, shared: informers });
  void runControllers([{ name: "later", kind: Secret, reconcile() {} }], { ...common, informers: shared });
  expect(syncs.has(Secret)).toBe(true);
  expect(says()).toEqual([]);
});
