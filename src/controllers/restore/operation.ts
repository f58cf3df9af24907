import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import type { BackupLocation, HostedCluster } from "../../api/index.ts";
import type { Restore } from "../../api/restore.ts";
import type { Context } from "../../kube/controller.ts";
import type { Resource } from "../../kube/resource.ts";
import type { RecoveryOptions } from "../recovery-options.ts";

/** One look at a Restore that is carried out. */
export interface Pass extends Context {
  restore: Restore;
  options: RecoveryOptions;
  cluster?: HostedCluster;
  /** Nothing where it has gone with its cluster, or goes. */
  plane?: HostedControlPlane;
  location?: BackupLocation;
  /** Where the backup lies in its location. */
  path?: string;
}

/**
 * One operation of a plan. It can be carried out again from the beginning whenever whoever did it has died: what is there
 * of it already is found and used.
 */
export interface Operation {
  /** Brings it further. Says what is still to come, or nothing once it is done. Throws `Failed` where it cannot be done. */
  execute: (pass: Pass) => Promise<string | undefined>;
  /** How long it may take before it has failed; however long it takes where absent. */
  patienceMs?: number;
  /** The same for taking it back; absent where there is nothing to take back. */
  undo?: (pass: Pass) => Promise<string | undefined>;
  /** How long that is waited for, where it goes on by itself and nothing is lost; however long it takes where absent. */
  undoPatienceMs?: number;
}

/** The operation cannot be done, and trying again does not help. */
export class Failed extends Error {}

/** A control plane that is told what to do, and for what: a Restore, or what is carried out like one. */
export interface Told extends Pick<Pass, "kube" | "plane"> {
  restore: Resource & { status?: Pick<NonNullable<Restore["status"]>, "checks"> };
}

/** What tells this restore from all others. */
export const idOf = ({ restore }: Pick<Told, "restore">): string => restore.metadata?.uid ?? "";
