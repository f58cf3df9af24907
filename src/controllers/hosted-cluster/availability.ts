import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { type Condition, type ConditionUpdate, findCondition } from "../../kube/conditions.ts";
import { isBeingDeleted } from "../../kube/finalizer.ts";
import type { Deployment } from "../../kube/kinds.ts";

/** So long the control-plane-operator may be away (to be replaced, or to move) before what it last said counts as old. */
const patienceMs = 60_000;

/** What a HostedCluster's Available follows from. */
export interface AvailabilityFacts {
  hostedControlPlane: HostedControlPlane | undefined;
  /** The Deployment of the control-plane-operator. */
  operator: Deployment | undefined;
  /** The HostedCluster's own condition that refuses to carry the spec out, where one does. */
  refused: Condition | undefined;
  /** Why the last look at the cluster changed nothing. */
  blockedBy: string | undefined;
  now: Date;
}

/** The condition Available, and when it has to be looked at again where no event tells. */
export function availability(facts: AvailabilityFacts): { condition: ConditionUpdate; lookAgainMs?: number } {
  const { hostedControlPlane, refused, blockedBy } = facts;
  const reported = findCondition(hostedControlPlane?.status?.conditions as Condition[] | undefined, "Available");
  if (hostedControlPlane && isBeingDeleted(hostedControlPlane))
    return { condition: unavailable("Deleting", beingDeleted) };
  if (reported?.status === "True") {
    const { silent, leftMs } = silence(facts);
    if (silent) return { condition: { type, status: "Unknown", reason: "StatusUnknown", message: silent } };
    const message = blockedBy
      ? `${available}, but changes are not carried out: ${blockedBy}`
      : reported.message || available;
    return { condition: { type, status: "True", reason: "AsExpected", message }, lookAgainMs: leftMs };
  }
  const nothing = {
    reason: "WaitingForAvailable",
    message: (!(hostedControlPlane && facts.operator) && blockedBy) || whyNoOperator(facts),
  };
  const { reason, message } = refused ?? reported ?? nothing;
  return { condition: unavailable(reason, message) };
}

const type = "Available";
const available = "The hosted control plane is available";
const beingDeleted =
  "The HostedControlPlane is being deleted, though the HostedCluster is not: nothing keeps its control plane running";

function unavailable(reason: string, message: string): ConditionUpdate {
  return { type, status: "False", reason, message };
}

/** Whether nobody is there who would say that the control plane is no longer available, or how long until that counts. */
function silence({ operator, now }: AvailabilityFacts): { silent?: string; leftMs?: number } {
  const since = "what is known of the control plane is old";
  if (!operator) return { silent: `The control-plane-operator is not there: ${since}` };
  if ((operator.status?.availableReplicas ?? 0) > 0) return {};
  const condition = operator.status?.conditions?.find((each) => each.type === "Available");
  const leftMs = Date.parse(condition?.lastTransitionTime ?? now.toISOString()) + patienceMs - now.getTime();
  if (leftMs > 0) return { leftMs };
  return { silent: `The control-plane-operator has not run since ${condition?.lastTransitionTime}: ${since}` };
}

/** What holds the control-plane-operator up, in the words of its Deployment. */
function whyNoOperator({ hostedControlPlane, operator }: AvailabilityFacts): string {
  if (!hostedControlPlane) return "The hosted control plane is not found";
  const find = (type: string, status: string) =>
    operator?.status?.conditions?.find((each) => each.type === type && each.status === status);
  const problem = find("ReplicaFailure", "True") ?? find("Progressing", "False");
  return problem?.message ?? "Waiting for the control-plane-operator to start";
}
