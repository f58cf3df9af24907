import { AgentCluster } from "../../api/agent-cluster.ts";
import { type Controller, wait } from "../../kube/controller.ts";
import { withConditions } from "../with-conditions.ts";

/** Tells Cluster API that machines can be made: hosts need nothing but the address of the API server. */
export function agentClusterController(): Controller<AgentCluster> {
  return {
    name: "agent-cluster",
    kind: AgentCluster,
    reconcile(cluster) {
      if (!cluster.spec.controlPlaneEndpoint?.host) {
        return wait(
          "WaitingForControlPlaneEndpoint",
          "The address of the hosted cluster's API server is not known yet",
          60_000,
        );
      }
      // Never taken back: machines that run go on to do so.
      cluster.status = { ...cluster.status, ready: true, initialization: { provisioned: true } };
    },
    summarize(cluster, { wait: waiting, error }, { now }) {
      const problem = waiting ?? (error && { reason: "Error", message: error.message });
      cluster.status = {
        ...cluster.status,
        conditions: withConditions(
          cluster,
          [
            {
              type: "Ready",
              status: problem ? "False" : "True",
              reason: problem?.reason ?? "AsExpected",
              message: problem?.message ?? "",
            },
          ],
          now(),
        ),
      };
    },
  };
}
