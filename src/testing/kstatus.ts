import type { Condition } from "../api/condition.ts";
import type { Resource } from "../kube/resource.ts";

/** What kstatus (of Flux, Argo CD, kpt) calls an object's state. */
export type KStatus = "Terminating" | "InProgress" | "Failed" | "Current";

/** The rules of sigs.k8s.io/cli-utils for kinds that it does not know. */
export function kstatus(
  object: Resource & { status?: { observedGeneration?: number; conditions?: Condition[] } },
): KStatus {
  const { metadata, status } = object;
  if (metadata?.deletionTimestamp) return "Terminating";
  if (status?.observedGeneration !== undefined && status.observedGeneration !== metadata?.generation)
    return "InProgress";
  const statusOf = (type: string) => status?.conditions?.find((condition) => condition.type === type)?.status;
  for (const { type, status: value } of status?.conditions ?? []) {
    if (type === "Reconciling" && value === "True") return "InProgress";
    if (type === "Stalled" && value === "True") return "Failed";
  }
  const ready = statusOf("Ready");
  return ready === undefined || ready === "True" ? "Current" : "InProgress";
}
