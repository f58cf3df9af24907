import { Pod } from "../src/kube/kinds.ts";
import type { Kube } from "../src/kube/kube.ts";
import { eventually } from "./eventually.ts";
import { hcp } from "./shell.ts";

/** Who may die of those that keep the control plane in this namespace, each with how: at once, without being told. */
export function deathsOf(plane: string): Record<string, (kube: Kube) => Promise<unknown>> {
  return {
    "the operator": (kube) => killPods(kube, "hypershift", "operator"),
    "the control-plane-operator": (kube) => killPods(kube, plane, "control-plane-operator"),
    "the management API server": () =>
      hcp("local", "shell", "mgmt", "--", "systemctl", "kill", "--signal=KILL", "kube-apiserver"),
  };
}

async function killPods(kube: Kube, namespace: string, app: string): Promise<void> {
  const pods = await eventually(`a pod of ${app}`, 60, async () => {
    const found = await kube.list(Pod, { namespace, labels: { app } });
    return found.length > 0 && found;
  });
  for (const { metadata } of pods) {
    const path = `/api/v1/namespaces/${namespace}/pods/${metadata?.name}`;
    await kube.request("DELETE", path, {
      body: { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: 0 },
    });
  }
}
