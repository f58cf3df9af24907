import { type Condition, setCondition } from "../../api/condition.ts";
import type { ClusterOperator } from "../../api/index.ts";
import type { Part } from "./part.ts";

type Status = NonNullable<ClusterOperator["status"]>;

/** Why a ClusterOperator is not available where all that it lacks is a node. */
export const homelessReason = "NoWorkerNodesAvailable";

/** What a ClusterOperator says of the parts that it stands for. */
export function operatorStatus(parts: Part[], version: string, before: Status | undefined, now: Date): Status {
  const gone = parts.filter(({ available }) => !available);
  const homeless = gone.length > 0 && gone.every((part) => part.homeless);
  const moving = parts.filter(({ rolledOut }) => !rolledOut);
  const short = parts.filter(({ available, rolledOut, missing }) => available && rolledOut && missing > 0);
  const conditions = structuredClone(before?.conditions ?? []) as Condition[];
  setCondition(
    conditions,
    condition("Available", gone.length === 0, homeless ? homelessReason : "Unavailable", gone),
    now,
  );
  setCondition(conditions, inverse(condition("Progressing", moving.length === 0, "RollingOut", moving)), now);
  setCondition(conditions, inverse(condition("Degraded", short.length === 0, "PodsMissing", short)), now);
  setCondition(conditions, condition("Upgradeable", true, "", []), now);
  const previous = before?.versions ?? [];
  return { conditions, versions: moving.length === 0 && !homeless ? [{ name: "operator", version }] : previous };
}

function condition(type: string, good: boolean, reason: string, parts: Part[]) {
  const status: Condition["status"] = good ? "True" : "False";
  return {
    type,
    status,
    reason: good ? "AsExpected" : reason,
    message: parts.map(({ message }) => message).join("; "),
  };
}

/** For conditions that are True where something is the matter. */
function inverse<C extends { status: Condition["status"] }>(update: C): C {
  return { ...update, status: update.status === "True" ? "False" : "True" };
}
