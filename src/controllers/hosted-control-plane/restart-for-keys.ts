import { Deployment, StatefulSet } from "../../kube/kinds.ts";
import { configHashAnnotation } from "../../rendering/config-hash.ts";
import { isLeftAlone } from "./ensure-keys.ts";
import { lifetimeOf } from "./lifetime-of.ts";
import { nextToRestart } from "./next-to-restart.ts";
import { workloadsOf } from "./observe-components.ts";
import { outdatedWorkloads } from "./outdated-workloads.ts";
import type { PlaneStep } from "./pass.ts";

/**
 * Starts programs anew, as they are, that read certificates once and have had newer ones for a while: for when the
 * control plane is paused or cannot be changed. Most pauses end before that; those that they have end later. One
 * workload after the other: what becomes of one brings the next pass.
 */
export const restartForKeys: PlaneStep = async (pass) => {
  const { hcp, kube, namespace, log, now } = pass;
  if (isLeftAlone(pass)) return;
  // Certificates are signed again while at least half of this is left.
  const patienceMs = lifetimeOf(hcp).renewBeforeMs / 4;
  const due = (await outdatedWorkloads(pass)).filter(
    ({ workload, since }) =>
      !pass.applied.has(workload.metadata?.name ?? "") && now().getTime() - since.getTime() >= patienceMs,
  );
  if (due.length === 0) return;
  const asApplied = (await workloadsOf(pass)).map((each) => pass.workloads.get(each.metadata?.name ?? "") ?? each);
  const next = nextToRestart(due, asApplied);
  if (!next) return;
  const { workload, hash } = next;
  const name = workload.metadata?.name ?? "";
  log.info({ workload: name }, "starting programs anew for certificates that they read once");
  const kind = workload.kind === "StatefulSet" ? StatefulSet : Deployment;
  const template = { metadata: { annotations: { [configHashAnnotation]: hash } } };
  await kube.patch<Deployment | StatefulSet>(kind as typeof Deployment, name, namespace, { spec: { template } });
};
