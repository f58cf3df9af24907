import { type Condition, type ConditionUpdate, setCondition } from "../api/condition.ts";
import type { Resource } from "../kube/resource.ts";

/** An object's conditions with these stated anew, as of the generation that was looked at. */
export function withConditions<C extends Condition>(
  object: Resource & { status?: { conditions?: C[] } },
  updates: readonly ConditionUpdate[],
  now: Date,
): C[] {
  const conditions = [...(object.status?.conditions ?? [])];
  for (const update of updates) {
    setCondition(conditions, { observedGeneration: object.metadata?.generation, ...update }, now);
  }
  return conditions;
}
