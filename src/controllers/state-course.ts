import type { Condition } from "../api/condition.ts";
import type { Resource } from "../kube/resource.ts";
import { withConditions } from "./with-conditions.ts";

interface Cause {
  reason: string;
  message: string;
}

/** Where an object is going: nowhere until its user changes it, or on its way, or it has arrived. */
export interface Course {
  stalled?: Cause;
  reconciling?: Cause;
}

/**
 * States the course in the two conditions that tools know who know no kind of ours (kstatus: Flux, Argo CD, kpt). They
 * are there only while they are true, and of the generation that was looked at.
 */
export function stateCourse(
  object: Resource & { status?: { observedGeneration?: number; conditions?: Condition[] } },
  { stalled, reconciling }: Course,
  now: Date,
): void {
  const causes = { Stalled: stalled, Reconciling: stalled ? undefined : reconciling };
  const updates = Object.entries(causes).flatMap(([type, cause]) => {
    if (!cause) return [];
    return [{ type, status: "True" as const, reason: cause.reason, message: cause.message }];
  });
  const conditions = withConditions(object, updates, now).filter(
    ({ type }) => !(type in causes) || causes[type as keyof typeof causes],
  );
  object.status = { ...object.status, observedGeneration: object.metadata?.generation, conditions };
}
