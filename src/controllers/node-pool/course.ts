import { findCondition, isTrue } from "../../api/condition.ts";
import type { NodePool } from "../../api/node-pool.ts";
import type { Course } from "../state-course.ts";

/** What only a change of the pool can end. */
const final = ["InvalidConfig", "NotFound", "PlatformMismatch", "PlatformNotServed", "ValidationFailed"];

/** Where a pool is going, from its conditions: stuck where its spec is refused, on its way while nodes come or change. */
export function course({ status }: NodePool): Course {
  const conditions = status?.conditions;
  const ready = findCondition(conditions, "Ready");
  // A release newer than the cluster's waits for the cluster, which may be on its way there.
  const isEarly = findCondition(conditions, "SupportedVersionSkew")?.status === "False";
  if (ready?.status === "False" && final.includes(ready.reason) && !isEarly) return { stalled: ready };
  if (ready?.status !== "True") return { reconciling: ready ?? { reason: "StatusUnknown", message: "" } };
  const updating = ["UpdatingVersion", "UpdatingConfig"].find((type) => isTrue(conditions, type));
  return updating ? { reconciling: findCondition(conditions, updating) } : {};
}
