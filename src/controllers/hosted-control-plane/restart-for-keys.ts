import { Deployment, StatefulSet } from "../../kube/kinds.ts";
import { configHashAnnotation } from "../../rendering/config-hash.ts";
import { isLeftAlone } from "./ensure-keys.ts";
import { lifetimeOf } from "./lifetime-of.ts";
import { outdatedWorkloads } from "./outdated-workloads.ts";
import type { PlaneStep } from "./pass.ts";

/**
 * Starts programs anew, as they are, that read certificates once and have had newer ones for a while: for when the
 * control plane is paused or cannot be changed. Most pauses end before that; those that they have end later.
 */
export const restartForKeys: PlaneStep = async (pass) => {
  const { hcp, kube, namespace, log, now } = pass;
  if (pass.keysSeenTo || isLeftAlone(pass)) return;
  // Certificates are signed again while at least half of this is left.
  const patienceMs = lifetimeOf(hcp).renewBeforeMs / 4;
  for (const { workload, since, hash } of await outdatedWorkloads(pass)) {
    if (now().getTime() - since.getTime() < patienceMs) continue;
    const name = workload.metadata?.name ?? "";
    log.info({ workload: name }, "starting programs anew for certificates that they read once");
    const kind = workload.kind === "StatefulSet" ? StatefulSet : Deployment;
    const template = { metadata: { annotations: { [configHashAnnotation]: hash } } };
    await kube.patch<Deployment | StatefulSet>(kind as typeof Deployment, name, namespace, { spec: { template } });
  }
};
