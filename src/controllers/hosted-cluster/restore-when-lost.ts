import { HostedCluster } from "../../api/hosted-cluster.ts";
import type { Restore } from "../../api/restore.ts";
import { restoreAskedAnnotation, restoreWhenLostAnnotation } from "../../api/restore-when-lost.ts";
import { isAlreadyExists } from "../../kube/api-error.ts";
import { recordEvent } from "../../kube/events.ts";
import { Deployment } from "../../kube/kinds.ts";
import { type LossFacts, lossFacts } from "./loss-facts.ts";
import type { Pass } from "./pass.ts";
import { restoreOfLoss } from "./restore-of-loss.ts";

/**
 * Has the newest good backup restored where nothing is left of etcd's data and the HostedCluster says so. That all is
 * lost is on record in the status by then, from an earlier pass, and is so now: whoever says it is there to say it.
 */
export async function restoreWhenLost(pass: Pass): Promise<void> {
  const { cluster, kube, log, now, namespace } = pass;
  const facts = await lossFacts(pass);
  // Also where the pass that made it died, or somebody else has asked for one: whoever deletes it does not want another.
  if (facts && facts.tried.length > 0) await rememberRestore(pass, facts);
  const restore = facts && restoreOfLoss(facts);
  if (!restore || !facts) return;
  const present = await kube.get(HostedCluster, facts.cluster.metadata?.name ?? "", facts.cluster.metadata?.namespace, {
    live: true,
  });
  if (!present || !restoreOfLoss({ ...facts, cluster: present })) return;
  const operator = await kube.get(Deployment, "control-plane-operator", namespace, { live: true });
  if (!operator?.status?.availableReplicas) return;
  // There already where the pass that made it died, or sees it too late.
  await kube.create<Restore>(restore).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
  await rememberRestore(pass, facts);
  const { name } = restore.metadata ?? {};
  const { backupName } = restore.spec.from;
  log.info({ restore: name, backup: backupName }, "nothing is left of etcd's data: a backup is restored");
  const { apiVersion, kind } = HostedCluster;
  const message = `Nothing is left of etcd's data: the Restore ${name} puts back what the backup ${backupName} holds`;
  const happening = { type: "Warning" as const, reason: "RestoreInProgress", message };
  await recordEvent({ kube, log, now, component: "hosted-cluster" }, { ...cluster, apiVersion, kind }, happening);
}

/** A Restore can be deleted; that there was one for this loss stays on record. */
async function rememberRestore({ cluster, kube }: Pass, { since }: LossFacts): Promise<void> {
  const { name = "", namespace, uid, annotations } = cluster.metadata ?? {};
  if (annotations?.[restoreWhenLostAnnotation] !== "true" || annotations[restoreAskedAnnotation] === since) return;
  await kube.patch(HostedCluster, name, namespace, {
    metadata: { uid, annotations: { [restoreAskedAnnotation]: since } },
  });
}
