import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import type { Backup, BackupLocation, HostedCluster, Restore } from "../../api/index.ts";

/** What a plan to restore follows from: all of it as the server has it now. */
export interface Situation {
  cluster?: HostedCluster;
  plane?: HostedControlPlane;
  /** Whether the namespace of the control plane is there; not asked where the control plane is. */
  hasNamespace?: boolean;
  backup?: Backup;
  location?: BackupLocation;
  /** Other Restores of the same cluster that are not over and come first. */
  others: Restore[];
}
