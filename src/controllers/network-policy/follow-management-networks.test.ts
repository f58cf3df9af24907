import { expect, test } from "vitest";
import { ApiError } from "../../kube/api-error.ts";
import type { Log } from "../../kube/controller.ts";
import type { Kube, WatchOptions } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import type { Resource } from "../../kube/resource.ts";
import { followManagementNetworks } from "./follow-management-networks.ts";

type Watched = Pick<WatchOptions<Resource>, "onEvent" | "synced" | "onError" | "recovered">;

/** Follows a server whose answers come when the test gives them. */
function follow(blocked: string[] = []) {
  const watched: Record<string, Watched> = {};
  const kube = {
    watch: async (kind: { kind: string }, options: Watched) => {
      watched[kind.kind] = options;
    },
  } as unknown as Kube;
  const warnings: string[] = [];
  const changes: string[] = [];
  const log: Log = { ...noLog, warn: (_, message) => warnings.push(message) };
  const { signal } = new AbortController();
  const networks = followManagementNetworks({ kube, log, signal, blocked, onChange: () => changes.push("changed") });
  const node = (name: string, spec: object, type: "ADDED" | "MODIFIED" | "DELETED" = "ADDED") =>
    watched.Node?.onEvent({ type, object: { apiVersion: "v1", kind: "Node", metadata: { name }, spec } as Resource });
  const sync = (...kinds: string[]) => {
    for (const kind of kinds) watched[kind]?.synced?.();
  };
  return { watched, networks, warnings, changes, node, sync };
}

test("nothing is answered from a part of what tells the networks", async () => {
  const { networks, node, sync } = follow();
  let isAnswered = false;
  const answer = networks().then((found) => {
    isAnswered = true;
    return found;
  });
  sync("EndpointSlice", "ServiceCIDR");
  await new Promise(setImmediate);
  expect(isAnswered).toBe(false);
  node("one", { podCIDRs: ["10.244.0.0/24"] });
  sync("Node");
  expect((await answer).networks?.pods).toEqual(["10.244.0.0/24"]);
});

test("a node that comes or goes is a change, one that stays as it is is none", async () => {
  const { networks, changes, node, sync } = follow();
  node("one", { podCIDRs: ["10.244.0.0/24"] });
  sync("Node", "EndpointSlice", "ServiceCIDR");
  await networks();
  changes.length = 0;
  node("one", { podCIDRs: ["10.244.0.0/24"] }, "MODIFIED");
  expect(changes).toEqual([]);
  node("two", { podCIDRs: ["10.244.1.0/24"] });
  node("two", {}, "DELETED");
  expect(changes).toHaveLength(2);
  expect((await networks()).networks?.pods).toEqual(["10.244.0.0/24"]);
});

test("who installs is told where no node tells the network of pods and nothing was named", async () => {
  for (const [blocked, expected] of [
    [[], 1],
    [["10.0.0.0/8"], 0],
  ] as const) {
    const { networks, warnings, node, sync } = follow([...blocked]);
    node("one", {});
    sync("Node", "EndpointSlice", "ServiceCIDR");
    await networks();
    expect(warnings.filter((each) => each.includes("--hcp-egress-block-cidrs"))).toHaveLength(expected);
  }
});

const forbidden = new ApiError("list endpointslices", 403, "endpointslices is forbidden");

test("what may not be read is said at once, with what to do, and no part of the rest is taken for all of it", async () => {
  const { networks, watched, changes, sync } = follow();
  sync("Node", "ServiceCIDR");
  watched.EndpointSlice?.onError?.(forbidden);
  const refused = await networks();
  expect(refused.networks).toBeUndefined();
  expect(refused.problem).toMatch(/cannot be read, .* endpointslices is forbidden; run hcp install again/);
  const before = changes.length;
  watched.EndpointSlice?.synced?.();
  watched.EndpointSlice?.recovered?.();
  await expect.poll(() => changes.length).toBeGreaterThan(before);
  expect(await networks()).toEqual({ networks: { api: [], pods: [], others: [], apart: [] } });
});

test("a server that is away for a moment before all was seen is no answer: it is waited for", async () => {
  const { networks, watched, changes, node, sync } = follow();
  let isAnswered = false;
  const answer = networks().then((found) => {
    isAnswered = true;
    return found;
  });
  sync("Node", "ServiceCIDR");
  for (const error of [
    new Error("connect ECONNREFUSED 10.0.0.1:443"),
    new ApiError("list endpointslices", 503, "the server is starting"),
    new ApiError("list endpointslices", 429, "too many requests"),
  ]) {
    watched.EndpointSlice?.onError?.(error);
    await new Promise(setImmediate);
    expect(isAnswered).toBe(false);
  }
  expect(changes).toEqual([]);
  node("one", { podCIDRs: ["10.244.0.0/24"] });
  watched.EndpointSlice?.recovered?.();
  sync("EndpointSlice");
  expect(await answer).toEqual({ networks: { api: [], pods: ["10.244.0.0/24"], others: [], apart: [] } });
});

test("networks that are not followed any more stay as they were, which is said until they are", async () => {
  const { networks, watched, changes, node, sync } = follow();
  node("one", { podCIDRs: ["10.244.0.0/24"] });
  sync("Node", "EndpointSlice", "ServiceCIDR");
  const { networks: known } = await networks();
  changes.length = 0;
  for (const error of [new Error("the server is away"), new ApiError("list endpointslices", 503, "it is starting")]) {
    watched.EndpointSlice?.onError?.(error);
    expect(await networks()).toEqual({ networks: known });
  }
  watched.EndpointSlice?.onError?.(forbidden);
  const refused = await networks();
  expect(refused.networks).toEqual(known);
  expect(refused.problem).toMatch(/not followed any more, .* endpointslices is forbidden; run hcp install again/);
  watched.EndpointSlice?.recovered?.();
  expect(await networks()).toEqual({ networks: known });
  expect(changes).toHaveLength(2);
});
