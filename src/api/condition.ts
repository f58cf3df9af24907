/** One fact about an object, as in `metav1.Condition`. Times are RFC 3339 strings. */
export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason: string;
  message: string;
  lastTransitionTime: string;
  observedGeneration?: number;
}

/** A condition as a controller states it; the time of its last change follows from what was there before. */
export type ConditionUpdate = Pick<Condition, "type" | "status" | "reason"> &
  Partial<Pick<Condition, "message" | "observedGeneration">>;

/** The condition of that type, or nothing. */
export function conditionOf<C extends { type: string }>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Whether the condition is there and True. */
export function isTrue(conditions: readonly { type: string; status: string }[] | undefined, type: string): boolean {
  return conditionOf(conditions, type)?.status === "True";
}

/** The list with this condition replaced or added; `lastTransitionTime` only moves where the status changes. */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  update: ConditionUpdate,
  now: Date,
): Condition[] {
  const old = conditionOf(conditions, update.type);
  const changed = old?.status !== update.status;
  const condition: Condition = {
    message: "",
    ...update,
    lastTransitionTime: old && !changed ? old.lastTransitionTime : `${now.toISOString().slice(0, 19)}Z`,
  };
  if (old) return (conditions ?? []).map((each) => (each === old ? condition : each));
  return [...(conditions ?? []), condition];
}

/** The list without the condition of that type. */
export function withoutCondition(conditions: readonly Condition[] | undefined, type: string): Condition[] {
  return (conditions ?? []).filter((condition) => condition.type !== type);
}
