import { expect, test } from "vitest";
import type { ConfigMap, Secret } from "../../kube/kinds.ts";
import { aSpec } from "../../testing/control-planes.ts";
import type { Pass } from "./pass.ts";
import { startGuest } from "./start-guest.ts";

const record: ConfigMap = {
  metadata: { name: "durable-record" },
  data: { etcd: JSON.stringify({ clusterID: "c1", members: { "etcd-0": { id: "1a" } } }) },
};
const kubeconfig: Secret = {
  metadata: { name: "hcco-kubeconfig" },
  data: { kubeconfig: Buffer.from("a kubeconfig").toString("base64") },
};

/** The kubeconfigs that the loops inside the cluster are started with. */
async function started({ initialized = false, configMaps = [] as ConfigMap[], answers = true }): Promise<string[]> {
  const guests: string[] = [];
  await startGuest({
    hcp: { metadata: { name: "demo" }, spec: aSpec(), status: { ready: true, initialized } },
    configMaps,
    secrets: [kubeconfig],
    states: new Map([["kube-apiserver", { available: { is: answers } }]]),
    options: { startGuest: async (guest: { kubeconfig: string }) => void guests.push(guest.kubeconfig) },
  } as unknown as Pass);
  return guests;
}

test("a new cluster's inside is looked after once its etcd is on record", async () => {
  expect(await started({})).toEqual([]);
  expect(await started({ configMaps: [record] })).toEqual(["a kubeconfig"]);
});

test("a cluster that an operator from before the record has initialized is looked after without one", async () => {
  expect(await started({ initialized: true })).toEqual(["a kubeconfig"]);
});

test("nothing is started where the API server does not answer", async () => {
  expect(await started({ initialized: true, configMaps: [record], answers: false })).toEqual([]);
});
