import type { Backup } from "../../api/backup.ts";

/**
 * Those of a schedule's backups that are of one cluster. What was made for another of the same name, or while the
 * schedule was another cluster's, neither counts for this one nor is pushed out by its backups. One that is not
 * complete holds nothing yet and goes by the name.
 */
export function ofCluster(backups: readonly Backup[], cluster: { name: string; uid: string }): Backup[] {
  return backups.filter(({ spec, status }) => {
    const isThis = status?.completedAt === undefined || status.clusterUID === cluster.uid;
    return spec.clusterName === cluster.name && isThis;
  });
}
