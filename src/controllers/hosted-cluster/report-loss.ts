import { type Condition, removeCondition } from "../../kube/conditions.ts";
import { lossCondition } from "./loss-condition.ts";
import { lossFacts } from "./loss-facts.ts";
import { type Pass, state } from "./pass.ts";

/** That a backup is good, or none any more, is no event here. */
const lookAgainMs = 10_000;

/** Whether anything is left of etcd's data, and how it is brought back where not. */
export async function reportLoss(pass: Pass): Promise<void> {
  const facts = await lossFacts(pass);
  const condition = facts && lossCondition(facts);
  if (!condition) return removeCondition((pass.cluster.status?.conditions ?? []) as Condition[], "EtcdDataLost");
  state(pass, condition);
  pass.lookAgainMs = Math.min(pass.lookAgainMs ?? lookAgainMs, lookAgainMs);
}
