import { Restore } from "../../api/restore.ts";
import { restoreAskedAnnotation, restoreWhenLostAnnotation } from "../../api/restore-when-lost.ts";
import type { LossFacts } from "./loss-facts.ts";

/**
 * The Restore that the HostedCluster asks for by its annotation, of the newest good backup: one for each loss, and none
 * where somebody has asked for one since.
 */
export function restoreOfLoss({ cluster, isLost, since, backups, underWay, tried }: LossFacts): Restore | undefined {
  const { name = "", namespace, annotations } = cluster.metadata ?? {};
  const [backup] = backups;
  if (annotations?.[restoreWhenLostAnnotation] !== "true" || !isLost || !since || !backup) return undefined;
  if (underWay.length > 0 || tried.length > 0 || annotations[restoreAskedAnnotation] === since) return undefined;
  const { apiVersion, kind } = Restore;
  return {
    apiVersion,
    kind,
    metadata: { name: `${name}-lost-${since.replaceAll(/[-:TZ]/g, "")}`, namespace },
    spec: { clusterName: name, from: { backupName: backup.metadata?.name ?? "" } },
  };
}
