import type { Resource } from "./resource.ts";

type Json = unknown;
type JsonObject = Record<string, Json>;

/** The status of any object. */
export const statusOf = (object: Resource): JsonObject =>
  ((object as { status?: JsonObject }).status ?? {}) as JsonObject;

/**
 * The merge patch (RFC 7396) that turns `before` into `after`, or nothing where they are equal. Conditions are carried
 * over one by one to the list in `present`, so that those of other writers stay; other lists are replaced whole.
 */
export function statusPatch(
  before: JsonObject,
  after: JsonObject,
  present: JsonObject = before,
): JsonObject | undefined {
  const patch = difference(before, after);
  if (!patch) return undefined;
  if (Array.isArray(patch.conditions)) patch.conditions = mergeConditions(before, after, present);
  return patch;
}

function difference(before: JsonObject, after: JsonObject): JsonObject | undefined {
  const patch: JsonObject = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    // In a merge patch nothing can be null: that is how what is not there is called.
    const [old, wanted] = [before[name] ?? undefined, after[name] ?? undefined];
    if (same(old, wanted)) continue;
    const changed = isObject(old) && isObject(wanted) ? difference(old, wanted) : (wanted ?? null);
    if (changed !== undefined) patch[name] = changed;
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

interface Typed {
  type: string;
}

function mergeConditions(before: JsonObject, after: JsonObject, present: JsonObject): Typed[] {
  const old = new Map(conditionsOf(before).map((condition) => [condition.type, condition]));
  const merged = new Map(conditionsOf(present).map((condition) => [condition.type, condition]));
  for (const condition of conditionsOf(after)) {
    if (!same(old.get(condition.type), condition)) merged.set(condition.type, condition);
    old.delete(condition.type);
  }
  for (const type of old.keys()) merged.delete(type);
  return [...merged.values()];
}

const conditionsOf = (status: JsonObject) => (Array.isArray(status.conditions) ? (status.conditions as Typed[]) : []);

const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Equal as JSON, whatever the order of the fields; a field that is undefined is one that is not there. */
export function same(one: Json, other: Json): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((value, index) => same(value, other[index]));
  }
  if (!isObject(one) || !isObject(other)) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => same(one[name], other[name]));
}
