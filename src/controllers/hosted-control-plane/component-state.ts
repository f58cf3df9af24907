import type { Deployment, StatefulSet } from "../../kube/kinds.ts";

/** How a component is. The reasons are those of a ControlPlaneComponent's conditions. */
export interface ComponentState {
  available: Fact;
  rolloutComplete: Fact;
  /** What keeps one of its pods, in the words of the management cluster. */
  podProblem?: string;
}

/** One thing that is or is not so, and why. */
export interface Fact {
  is: boolean;
  reason: string;
  message: string;
}

type Workload = Deployment | StatefulSet;

/** How the component with this workload is; nothing in place of a workload means that it is not there yet. */
export function componentState(name: string, workload: Workload | undefined): ComponentState {
  if (!workload) {
    const absent = { is: false, reason: "NotFound", message: `${name} is not there yet` };
    return { available: absent, rolloutComplete: absent };
  }
  return { available: availability(name, workload), rolloutComplete: rollout(name, workload) };
}

/** How a component is that cannot be made yet. */
export function waitingState(message: string, workload?: Workload, name = ""): ComponentState {
  const waiting = { is: false, reason: "WaitingForDependencies", message };
  return { available: workload ? availability(name, workload) : waiting, rolloutComplete: waiting };
}

/** How a component is that could not be applied. */
export function failedState(message: string): ComponentState {
  const failed = { is: false, reason: "ReconciliationError", message };
  return { available: failed, rolloutComplete: failed };
}

/** How many replicas must be ready: the majority of etcd, one of anything else. */
function availability(name: string, workload: Workload): Fact {
  const wanted = workload.spec?.replicas ?? 1;
  const ready = workload.status?.readyReplicas ?? 0;
  const needed = workload.kind === "StatefulSet" ? Math.floor(wanted / 2) + 1 : 1;
  if (wanted > 0 && ready >= needed) return { is: true, reason: "AsExpected", message: `${name} is available` };
  return {
    is: false,
    reason: "WaitingForAvailable",
    message: `${ready} of ${wanted} replicas of ${name} are ready; ${wanted === 0 ? "it is scaled to 0" : `${needed} must be`}`,
  };
}

function rollout(name: string, workload: Workload): Fact {
  const wanted = workload.spec?.replicas ?? 1;
  const { observedGeneration = 0, updatedReplicas = 0, readyReplicas = 0, replicas = 0 } = workload.status ?? {};
  const seen = observedGeneration >= (workload.metadata?.generation ?? 0);
  const done = seen && updatedReplicas === wanted && readyReplicas >= wanted && replicas === wanted;
  if (done) return { is: true, reason: "AsExpected", message: `Every replica of ${name} is up to date` };
  const former = Math.max(0, replicas - updatedReplicas);
  const left = former > 0 ? `, and ${former} of an earlier configuration ${former === 1 ? "is" : "are"} left` : "";
  const message = seen
    ? `${updatedReplicas} of ${wanted} replicas of ${name} are up to date, ${readyReplicas} are ready${left}`
    : `${name} was changed a moment ago`;
  return { is: false, reason: "WaitingForRolloutComplete", message };
}

/** True where every replica that there is to be runs the present configuration, ready or not. */
export function isUpdated(workload: Workload): boolean {
  const { observedGeneration = 0, updatedReplicas = 0 } = workload.status ?? {};
  return (
    observedGeneration >= (workload.metadata?.generation ?? 0) && updatedReplicas >= (workload.spec?.replicas ?? 1)
  );
}

/** True where no replica of an earlier configuration is left, and none of the present one is to come. */
export function isRolledOut(workload: Workload): boolean {
  return isUpdated(workload) && (workload.status?.replicas ?? 0) <= (workload.spec?.replicas ?? 1);
}

/** True where fewer replicas are ready than there should be. */
export function isDegraded(workload: Workload): boolean {
  return (workload.status?.readyReplicas ?? 0) < (workload.spec?.replicas ?? 1);
}
