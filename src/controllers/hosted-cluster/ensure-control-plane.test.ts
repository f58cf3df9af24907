import { expect, test } from "vitest";
import type { HostedCluster } from "../../api/hosted-cluster.ts";
import type { Resource } from "../../kube/resource.ts";
import { aRelease } from "../../testing/control-planes.ts";
import { ensureControlPlane } from "./ensure-control-plane.ts";
import type { Pass } from "./pass.ts";

const cluster = {
  metadata: { name: "demo", namespace: "clusters" },
  spec: {
    infraID: "demo-abcde",
    platform: { type: "Agent", agent: { agentNamespace: "hosts" } },
    release: { image: aRelease.pullSpec },
    pullSecret: { name: "pull" },
    sshKey: { name: "ssh" },
    services: [],
  },
} as unknown as HostedCluster;

/** The kinds that were applied where these are refused, and with what it ended. */
async function outcome({ refused = [] as string[], fence = "True", seen = undefined as Resource | undefined }) {
  const applied: string[] = [];
  const uids: Record<string, string | undefined> = {};
  const conditions = [{ type: "NetworkPoliciesApplied", status: fence, reason: "Refused", message: "no networks" }];
  const apply = async (object: Resource) => {
    if (refused.includes(object.kind ?? "")) throw new Error(`${object.kind} is refused`);
    applied.push(object.kind ?? "");
    uids[object.kind ?? ""] = object.metadata?.uid;
    return object.kind === "HostedControlPlane" ? { ...object, status: { conditions } } : object;
  };
  const pass = {
    cluster,
    namespace: "clusters-demo",
    kube: {
      apply,
      get: async ({ kind }: { kind: string }) => (kind === "Secret" ? { kind, data: {} } : undefined),
      list: async () => [],
    },
    options: { allowedOverrides: [] },
    controlPlaneRelease: aRelease,
    hostedControlPlane: seen,
  } as unknown as Pass;
  const [result] = await Promise.allSettled([ensureControlPlane(pass)]);
  return { applied, uids, result, error: result.status === "rejected" ? (result.reason as Error).message : undefined };
}

test("the control-plane-operator is made though Cluster API is away, which is said afterwards", async () => {
  const { applied, error } = await outcome({ refused: ["AgentCluster", "Cluster"] });
  expect(applied).toContain("Deployment");
  expect(error).toMatch(/^(AgentCluster|Cluster) is refused$/);
});

test.each(["ServiceAccount", "Role", "RoleBinding", "HostedControlPlane", "Secret"])(
  "the control-plane-operator is not made without its %s",
  async (kind) => {
    const { applied, error } = await outcome({ refused: [kind] });
    expect(applied).not.toContain("Deployment");
    expect(error).toContain(`${kind} is refused`);
  },
);

test("every failure is told of", async () => {
  const { error } = await outcome({ refused: ["ServiceAccount", "AgentCluster", "Cluster"] });
  expect(error).toMatch(/^ServiceAccount is refused; (AgentCluster|Cluster) is refused$/);
});

test("the control-plane-operator is not made without a fence", async () => {
  const { applied, result } = await outcome({ fence: "False" });
  expect(applied).not.toContain("Deployment");
  expect(result).toMatchObject({
    status: "fulfilled",
    value: { message: "The control plane does not start: no networks" },
  });
});

test("a HostedControlPlane that was seen is the only one that is applied", async () => {
  expect((await outcome({})).uids.HostedControlPlane).toBeUndefined();
  const seen = { metadata: { name: "demo", uid: "seen" } };
  expect((await outcome({ seen })).uids.HostedControlPlane).toBe("seen");
});
