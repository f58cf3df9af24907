import { expect, test } from "vitest";
import { Agent } from "../../api/agent.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { recorded } from "../backup/recorded.ts";
import { lookAtObjects } from "./look-at-objects.ts";

const { apiVersion, kind } = Agent;
const agent = (cluster: string | undefined, machine: string | undefined): Resource =>
  ({
    apiVersion,
    kind,
    metadata: {
      name: "h",
      namespace: "hosts",
      uid: "u",
      labels: machine ? { agentMachineRef: machine, agentMachineRefNamespace: "clusters-demo" } : {},
    },
    spec: {
      approved: true,
      ...(cluster && { clusterDeploymentName: { name: cluster, namespace: `clusters-${cluster}` } }),
    },
  }) as Resource;

/** What is said where this is there of an Agent that the cluster demo had as its machine m. */
const said = (present: Resource) => {
  const kube = { get: async () => present, list: async () => [] } as unknown as Kube;
  const objects = [recorded(agent("demo", "m"))];
  return lookAtObjects({ kube, signal: AbortSignal.timeout(10_000), objects, madeBy: "r" });
};

test("a host that is still the cluster's is as it was", async () => {
  expect(await said(agent("demo", "m"))).toBeUndefined();
});

test.each([
  ["given back", agent(undefined, undefined)],
  ["given to another cluster", agent("other", "m")],
  ["given to another machine", agent("demo", "n")],
])("a host that was %s meanwhile is named, and in the way of nothing", async (_, present) => {
  expect(await said(present)).toMatch(/given back or given elsewhere .*: Agent hosts\/h$/);
});
