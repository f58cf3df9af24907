import type { HostedCluster } from "../../api/hosted-cluster.ts";
import { type Condition, findCondition } from "../../kube/conditions.ts";
import type { Course } from "../state-course.ts";

/** Conditions that refuse to carry the spec out. */
const refusals = ["ValidConfiguration", "SupportedHostedCluster", "ValidReleaseImage"];

/** Where a cluster is going, from its conditions: stuck where its spec is refused, on its way where one is not well yet. */
export function course({ status }: HostedCluster): Course {
  const conditions = status?.conditions as Condition[] | undefined;
  const is = (type: string, status: string) => findCondition(conditions, type)?.status === status;
  const refused = refusals.find((type) => is(type, "False"));
  if (refused) return { stalled: findCondition(conditions, refused) };
  if (is("Progressing", "True")) return { reconciling: findCondition(conditions, "Progressing") };
  const behind = ["Available", "ReconciliationSucceeded"].find((type) => !is(type, "True"));
  if (!behind) return {};
  return { reconciling: findCondition(conditions, behind) ?? { reason: "StatusUnknown", message: "" } };
}
