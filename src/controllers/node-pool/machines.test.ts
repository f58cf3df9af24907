import { expect, test } from "vitest";
import type { NodePool } from "../../api/node-pool.ts";
import { type MachinesFacts, machineDeployment, machineSet, replicas } from "./machines.ts";

function facts(spec: Partial<NodePool["spec"]> = {}): MachinesFacts {
  const pool = {
    metadata: { name: "workers", namespace: "clusters" },
    spec: {
      clusterName: "demo",
      replicas: 2,
      release: { image: "r" },
      platform: { type: "Agent" },
      management: { upgradeType: "Replace" },
      ...spec,
    },
  } as NodePool;
  const infrastructure = {
    apiGroup: "capi-provider.agent-install.openshift.io",
    kind: "AgentMachineTemplate",
    name: "workers-1",
  };
  return {
    pool,
    namespace: "clusters-demo",
    clusterName: "demo-x",
    version: "1.34.4",
    userDataSecret: "user-data-workers-1",
    infrastructure,
  };
}

test("machines are replaced with one more than asked for, unless the pool says otherwise", () => {
  expect(machineDeployment(facts()).spec.rollout?.strategy).toEqual({
    type: "RollingUpdate",
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
  });
  const management = { upgradeType: "Replace", replace: { strategy: "OnDelete" } } as const;
  expect(machineDeployment(facts({ management })).spec.rollout?.strategy).toEqual({ type: "OnDelete" });
});

test("labels, taints and timeouts reach the machines", () => {
  const { template } = machineSet(
    facts({
      nodeLabels: { "example.com/role": "db" },
      taints: [{ key: "dedicated", value: "db", effect: "NoSchedule" }],
      nodeDrainTimeout: "10m",
    }),
  ).spec;
  expect(template.metadata?.labels).toMatchObject({ "managed.hypershift.openshift.io.example.com/role": "db" });
  expect(JSON.parse(template.metadata?.annotations?.["hypershift.openshift.io/nodePoolTaints"] ?? "")).toEqual([
    { key: "dedicated", value: "db", effect: "NoSchedule" },
  ]);
  expect(template.spec.deletion).toEqual({ nodeDeletionTimeoutSeconds: 10, nodeDrainTimeoutSeconds: 600 });
  expect(template.spec.version).toBe("v1.34.4");
});

test("a label whose key is too long with the prefix is handed on in the annotation only", () => {
  const key = "a-label-of-more-than-thirty-one-letters";
  const { template } = machineSet(facts({ nodeLabels: { [key]: "x" } })).spec;
  expect(Object.keys(template.metadata?.labels ?? {})).toHaveLength(2);
  expect(template.metadata?.annotations?.["hypershift.openshift.io/nodePoolLabels"]).toBe(
    JSON.stringify({ [key]: "x" }),
  );
});

test("a pool that is scaled automatically keeps its size within its limits", () => {
  const autoScaling = { min: 2, max: 4 };
  const sizeOf = (present?: number) => replicas({ ...facts({ replicas: undefined, autoScaling }), present });
  expect([sizeOf(), sizeOf(0), sizeOf(3), sizeOf(9)]).toEqual([2, 2, 3, 4]);
});
