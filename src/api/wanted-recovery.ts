import type { HostedControlPlane } from "./hosted-control-plane.ts";
import { type PlaneMode, planeModes } from "./plane-mode.ts";

/** The annotation of a HostedControlPlane by which the operator says what a recovery wants of it, as JSON. */
export const wantedRecoveryAnnotation = "recovery.roost.dev/wanted";

/** What a recovery wants of the control-plane-operator, which answers in `status.recovery`. */
export interface WantedRecovery {
  /** Of the recovery: who answers repeats it. */
  id: string;
  mode: PlaneMode;
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

function parsed(text: string): WantedRecovery | undefined {
  try {
    return JSON.parse(text) as WantedRecovery;
  } catch {
    return undefined;
  }
}
