import { same } from "./status-patch.ts";

type Status = Record<string, unknown>;

/** True where two statuses differ, and in nothing but reasons and messages of conditions. */
export function differInWordsOnly(one: Status, other: Status): boolean {
  return !same(one, other) && same(withoutWords(one), withoutWords(other));
}

function withoutWords(status: Status): Status {
  const { conditions } = status;
  if (!Array.isArray(conditions)) return status;
  return { ...status, conditions: conditions.map(({ reason: _, message: __, ...fact }) => fact) };
}
