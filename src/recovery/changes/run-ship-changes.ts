import type { Log } from "../../kube/controller.ts";
import type { Kube } from "../../kube/kube.ts";
import { openLocation } from "../store/open-location.ts";
import { shipChanges } from "./ship-changes.ts";

export interface RunShipChangesOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** Of the HostedCluster and of the BackupSchedule. */
  namespace: string;
  cluster: string;
  schedule: string;
  /** The location's spec as JSON. */
  location: string;
}

/** The program `ship-changes`: ships the changes of a hosted cluster's etcd until it is ended. */
export async function runShipChanges({ location, ...options }: RunShipChangesOptions): Promise<void> {
  await shipChanges({
    ...options,
    now: () => new Date(),
    // A few tries only: that it does not work is told, and tried again.
    openLocation: () => openLocation(location, { attempts: 3 }),
  });
}
