import { expect, test } from "vitest";
import { type Condition, findCondition } from "../../kube/conditions.ts";
import type { Kind } from "../../kube/kind.ts";
import type { Deployment, Pod } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { aSpec } from "../../testing/control-planes.ts";
import { componentState } from "./component-state.ts";
import { explainPods } from "./explain-pods.ts";
import type { Pass } from "./pass.ts";
import { reportHealth } from "./report-health.ts";

const image = 'Back-off pulling image "registry.example.com/roost@sha256:1"';
const held: Pod = {
  metadata: { name: "kube-scheduler-b", labels: { app: "kube-scheduler" } },
  status: {
    containerStatuses: [
      { name: "a", image: "", imageID: "", ready: false, restartCount: 0, state: { waiting: { message: image } } },
    ],
  },
};

/** What is said of a kube-scheduler of one replica with these numbers in its Deployment's status. */
async function said(status: object): Promise<{ find: (type: string) => Condition | undefined; pass: Pass }> {
  const workload = {
    kind: "Deployment",
    metadata: { generation: 2 },
    spec: { replicas: 1, selector: { matchLabels: { app: "kube-scheduler" } } },
    status: { observedGeneration: 2, ...status },
  } as unknown as Deployment;
  const list = async ({ kind }: Kind): Promise<Resource[]> => (kind === "Pod" ? [held as Resource] : []);
  const pass = {
    kube: { list },
    hcp: { metadata: { generation: 1 }, spec: aSpec(), status: { ready: true, initialized: true } },
    namespace: "clusters-demo",
    now: () => new Date(),
    workloads: new Map([["kube-scheduler", workload]]),
    states: new Map([["kube-scheduler", componentState("kube-scheduler", workload)]]),
    waits: [],
  } as unknown as Pass;
  await explainPods(pass);
  await reportHealth(pass);
  return { find: (type) => findCondition(pass.hcp.status?.conditions as Condition[], type), pass };
}

test("a roll-out that the former pod outlives says what keeps the new one, and is looked at again", async () => {
  const { find, pass } = await said({ replicas: 2, updatedReplicas: 1, readyReplicas: 1 });
  expect(find("Progressing")).toMatchObject({
    status: "True",
    message: `1 of 1 replicas of kube-scheduler are up to date, 1 are ready, and 1 of an earlier configuration is left; the pod kube-scheduler-b waits: ${image}`,
  });
  expect(find("Degraded")?.status).toBe("False");
  expect(pass.waits[0]?.message).toContain(image);
});

test("a replica that is missing is no roll-out: it is said why in Degraded", async () => {
  const { find } = await said({ replicas: 1, updatedReplicas: 1 });
  expect(find("Progressing")?.status).toBe("False");
  expect(find("Degraded")).toMatchObject({
    status: "True",
    message: `Replicas are missing: kube-scheduler (the pod kube-scheduler-b waits: ${image})`,
  });
});

test("where all is well no pods are asked for", async () => {
  const { find, pass } = await said({ replicas: 1, updatedReplicas: 1, readyReplicas: 1 });
  expect(find("Progressing")?.status).toBe("False");
  expect(find("Degraded")?.message).toBe("Every component has all its replicas");
  expect(pass.waits).toEqual([]);
});
