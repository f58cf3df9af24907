/** One entry of `status.conditions`. */
export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason: string;
  message: string;
  lastTransitionTime: string;
  observedGeneration?: number;
}

/** What a controller says about one condition; the time is kept by `setCondition`. */
export type ConditionUpdate = Pick<Condition, "type" | "status" | "reason"> &
  Partial<Pick<Condition, "message" | "observedGeneration">>;

/** Sets one condition in the list (in place). Its transition time changes only where its status does. */
export function setCondition(conditions: Condition[], update: ConditionUpdate, now: Date): void {
  const present = findCondition(conditions, update.type);
  const kept = present?.status === update.status ? present.lastTransitionTime : undefined;
  const condition: Condition = {
    ...update,
    message: update.message ?? "",
    lastTransitionTime: kept ?? `${now.toISOString().slice(0, 19)}Z`,
  };
  if (present) conditions[conditions.indexOf(present)] = condition;
  else conditions.push(condition);
}

/** Drops the condition from the list (in place). */
export function removeCondition(conditions: Condition[], type: string): void {
  const index = conditions.findIndex((condition) => condition.type === type);
  if (index >= 0) conditions.splice(index, 1);
}

interface Conditioned {
  type: string;
  status: string;
}

/** The condition of that type. */
export const findCondition = <C extends Conditioned>(conditions: readonly C[] | undefined, type: string) =>
  conditions?.find((condition) => condition.type === type);

/** True where the condition is there and says "True". */
export const isTrue = (conditions: readonly Conditioned[] | undefined, type: string) =>
  findCondition(conditions, type)?.status === "True";

/** True where the condition is there and says "False". */
export const isFalse = (conditions: readonly Conditioned[] | undefined, type: string) =>
  findCondition(conditions, type)?.status === "False";
