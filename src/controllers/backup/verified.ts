import type { Backup } from "../../api/backup.ts";
import type { ConditionUpdate } from "../../api/condition.ts";

/** What the last look at a backup found, as the condition Verified. */
export function verified({ problems = [], unread, opened }: Verification): ConditionUpdate {
  const type = "Verified";
  const damage = problems.length > 0 ? `The backup is of no use: ${problems.join("; ")}` : undefined;
  if (unread !== undefined) {
    const found = damage ? `; what was found before: ${damage}` : "";
    return {
      type,
      status: "Unknown",
      reason: "StoreFailed",
      message: `The backup could not be read: ${unread}${found}`,
    };
  }
  if (damage) return { type, status: "False", reason: "BackupDamaged", message: damage };
  const message = opened
    ? "All of it was read again, and the snapshot and the objects were looked into"
    : "All of it was read again and is what was stored; it was not looked into, because no private key is at hand";
  return { type, status: "True", reason: "AsExpected", message };
}

type Verification = NonNullable<NonNullable<Backup["status"]>["verification"]>;
