import { afterEach, expect, test } from "vitest";
import { ApiError } from "./api-error.ts";
import type { Controller } from "./controller.ts";
import { ConfigMap } from "./kinds.ts";
import type { Kube, WatchOptions } from "./kube.ts";
import { noLog } from "./log.ts";
import { runControllers } from "./run-controllers.ts";

const finalizer = "example.com/test";
const stop = new AbortController();
afterEach(() => stop.abort());

/** A server with one object, and a watch that tells of its changes when the test says so. */
function slowServer() {
  let object: ConfigMap = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", namespace: "n", resourceVersion: "1", finalizers: [finalizer] },
  };
  const untold: ConfigMap[] = [];
  let watching: WatchOptions<ConfigMap> | undefined;
  function change(metadata: ConfigMap["metadata"]): ConfigMap {
    const resourceVersion = String(Number(object.metadata?.resourceVersion) + 1);
    object = { ...object, metadata: { ...object.metadata, ...metadata, resourceVersion } };
    untold.push(structuredClone(object));
    return structuredClone(object);
  }
  const kube = {
    server: "https://test",
    watch: async (_: unknown, options: WatchOptions<ConfigMap>) => {
      watching = options;
      options.onEvent({ type: "ADDED", object: structuredClone(object) });
    },
    get: async () => structuredClone(object),
    patch: async (_kind: unknown, _name: string, _namespace: string, { metadata }: ConfigMap) => {
      const { resourceVersion = object.metadata?.resourceVersion } = metadata ?? {};
      if (resourceVersion !== object.metadata?.resourceVersion) throw new ApiError("patch", 409, "");
      return change(metadata);
    },
  } as unknown as Kube;
  return {
    kube,
    change,
    tell() {
      for (const one of untold.splice(0)) watching?.onEvent({ type: "MODIFIED", object: one });
    },
  };
}

test("an object that is deleted just before a step writes it is cleaned up, however late the watch tells of that", async () => {
  const { kube, change, tell } = slowServer();
  const done: string[] = [];
  let toldAll = () => {};
  const isCleanedUp = new Promise<void>((resolve) => {
    toldAll = resolve;
  });
  const controller: Controller<ConfigMap & { status?: object }> = {
    name: "test",
    kind: ConfigMap,
    finalizer,
    async reconcile(object) {
      done.push("reconcile");
      change({ deletionTimestamp: "2026-01-01T00:00:00Z" });
      // As a step that gives the object its identity.
      object.metadata = (await kube.patch(ConfigMap, "a", "n", { metadata: { labels: { by: "step" } } })).metadata;
      object.status = { isKnown: true };
    },
    cleanup() {
      done.push("cleanup");
      toldAll();
    },
  };
  const onPass = () => tell();
  void runControllers([controller], { kube, log: noLog, signal: stop.signal, onPass });
  await isCleanedUp;
  expect(done).toEqual(["reconcile", "cleanup"]);
});
