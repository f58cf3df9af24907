import { Backup, BackupLocation, Drill } from "../../api/index.ts";
import type { Kube } from "../../kube/kube.ts";
import type { DrillSituation } from "./drill-plan.ts";

/** Reads what the plan of a drill follows from: absence in a memory would not be absence. */
export async function readDrillSituation(kube: Kube, { metadata, spec }: Drill): Promise<DrillSituation> {
  const { namespace = "", name } = metadata ?? {};
  const [backups, locations, drills] = await Promise.all([
    kube.list(Backup, { namespace, live: true }),
    kube.list(BackupLocation, { live: true }),
    kube.list(Drill, { namespace, live: true }),
  ]);
  const others = drills.filter((each) => each.metadata?.name !== name && each.spec.clusterName === spec.clusterName);
  return { backups, locations, others };
}
