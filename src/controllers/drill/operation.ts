import type { Drill } from "../../api/drill.ts";
import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import type { BackupLocation } from "../../api/index.ts";
import type { Context } from "../../kube/controller.ts";
import type { RecoveryOptions } from "../recovery-options.ts";
import type { ReleaseOptions } from "../release-options.ts";
import type { Told } from "../restore/operation.ts";
import type { Serving } from "../restore/serving.ts";
import type { DrillFigures } from "./drill-figures.ts";

export interface DrillOptions extends RecoveryOptions, Pick<ReleaseOptions, "readRelease" | "allowedReleases"> {
  /** Certificates in PEM that the operator was installed with. */
  trustBundle?: string;
  drillFigures?: DrillFigures;
}

/** One look at a Drill that is carried out. */
export interface Pass extends Context {
  drill: Drill;
  options: DrillOptions;
  /** Where its control plane is. */
  namespace: string;
  plane?: HostedControlPlane;
  location?: BackupLocation;
  /** Where the backup lies in its location. */
  path?: string;
}

/**
 * One operation, which can be carried out again from the beginning whenever whoever did it has died. Brings it further;
 * says what is still to come, or nothing once it is done. Throws `Failed` where it cannot be done.
 */
export type Operation = (pass: Pass) => Promise<string | undefined>;

/** The drill's control plane is told what to do as one is that a Restore puts back. */
export const toldBy = ({ kube, plane, drill }: Pass): Told => ({ kube, plane, restore: drill });

/** What is of the drill in the operator's namespace. */
export function servingOf({ kube, namespace, options }: Pick<Pass, "kube" | "namespace" | "options">): Serving {
  return { kube, name: namespace, namespace: options.operatorNamespace };
}
