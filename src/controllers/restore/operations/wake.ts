import type { HostedCluster } from "../../../api/hosted-cluster.ts";
import { findCondition } from "../../../kube/conditions.ts";
import { hold } from "../hold.ts";
import type { Operation } from "../operation.ts";
import { want } from "../want.ts";

/** The control-plane-operator is there and answers; nothing else of the control plane runs yet, and machines are held. */
export const wake: Operation = {
  async execute(pass) {
    await hold(pass, "machines");
    const missing = await want(pass, { mode: "Stopped" });
    return missing && (obstacleOf(pass.cluster) ?? missing);
  },
  // Its image may have to be pulled first.
  patienceMs: 15 * 60_000,
};

/** Why the operator does not start it: what holds in the former management cluster need not hold here. */
function obstacleOf(cluster: HostedCluster | undefined): string | undefined {
  return ["ValidConfiguration", "SupportedHostedCluster", "ValidReleaseImage"]
    .map((type) => findCondition(cluster?.status?.conditions, type))
    .find((condition) => condition?.status === "False")?.message;
}
