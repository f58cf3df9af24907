import { AgentCluster } from "../../api/agent-cluster.ts";
import { type Controller, wait } from "../../kube/controller.ts";
import { summarizeAs } from "../summarize-as.ts";

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
    summarize: summarizeAs("Ready", { reason: "AsExpected", message: "" }),
  };
}
