import type { HostedControlPlane } from "./hosted-control-plane.ts";
import { type PlaneMode, planeModes } from "./plane-mode.ts";

/** The annotation of a HostedControlPlane by which the operator says what a recovery wants of it, as JSON. */
export const wantedRecoveryAnnotation = "recovery.roost.dev/wanted";

/** What a recovery wants of the control-plane-operator, which answers in `status.recovery`. */
export interface WantedRecovery {
  /** Of the recovery: who answers repeats it. */
  id: string;
  mode: PlaneMode;
  /**
   * Every member of etcd is to become what the snapshot of the Secret `etcd-restore` holds, which is nothing that the
   * present etcd could have come to: at this revision or above. Only after `Stopped`, and with `EtcdOnly`.
   */
  restore?: { revision: number };
  /**
   * Every member of etcd is to have again what it had before the restore of this ID, which is below this revision. Only
   * after `Stopped`, and with `EtcdOnly`.
   */
  putBack?: { below: number };
}

/** What is wanted now; nothing where no recovery is under way. Throws where it cannot be read. */
export function wantedRecovery({ metadata }: Pick<HostedControlPlane, "metadata">): WantedRecovery | undefined {
  const text = metadata?.annotations?.[wantedRecoveryAnnotation];
  if (text === undefined) return undefined;
  const wanted = parsed(text);
  if (wanted && typeof wanted.id === "string" && planeModes.includes(wanted.mode)) return wanted;
  throw new Error(
    `Cannot read the annotation ${wantedRecoveryAnnotation} of the HostedControlPlane: take it away where no restore is under way`,
  );
}

/** Why it cannot be read what is wanted; nothing where it can, or nothing is. */
export function unreadableRecovery(hcp: Pick<HostedControlPlane, "metadata">): string | undefined {
  try {
    wantedRecovery(hcp);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function parsed(text: string): WantedRecovery | undefined {
  try {
    return JSON.parse(text) as WantedRecovery;
  } catch {
    return undefined;
  }
}
