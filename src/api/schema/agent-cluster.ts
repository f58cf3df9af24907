import { AgentCluster } from "../agent-cluster.ts";
import { conditions } from "./conditions.ts";
import { age, type Definition } from "./definition.ts";
import { bool, int32, object, optional, text } from "./field.ts";
import { localReference } from "./local-reference.ts";

/** Facts of the hosted cluster that hosts need. */
export const agentClusterSpec = object(
  {
    releaseImage: optional(text("Release image of the hosted cluster.")),
    clusterName: optional(text("Name of the hosted cluster.")),
    baseDomain: optional(text("Domain that the cluster's names are under.")),
    agentNamespace: optional(text("The namespace whose Agents this cluster may take.", { maxLength: 63 })),
    pullSecretRef: optional(localReference("Secret with the pull secret of the cluster.")),
    controlPlaneEndpoint: optional(
      object(
        { host: text("Name or address."), port: int32("Port.") },
        "Where the API server of the hosted cluster answers.",
      ),
    ),
    ignitionEndpoint: optional(
      object(
        {
          url: text("Address of the ignition server, up to and with `/ignition`."),
          caCertificateReference: optional(
            object(
              { name: text("Name of the Secret."), namespace: text("Namespace of the Secret.") },
              "Secret with the certificate authority (key `ca.crt`) that the ignition server is checked against.",
            ),
          ),
        },
        "Where hosts fetch what makes them nodes.",
      ),
    ),
  },
  "Facts of the hosted cluster.",
);

/** How the infrastructure is. */
export const agentClusterStatus = object(
  {
    ready: optional(bool("Whether machines can be made.")),
    initialization: optional(
      object({ provisioned: optional(bool("Whether the infrastructure is there.")) }, "What Cluster API waits for.", {
        minProperties: 1,
      }),
    ),
    clusterDeploymentRef: optional(
      object(
        { name: text("Name."), namespace: text("Namespace.") },
        "The name under which hosts are bound to this cluster.",
      ),
    ),
    failureReason: optional(text("Why it cannot become ready, in one word.")),
    failureMessage: optional(text("Why it cannot become ready.")),
    conditions: optional(conditions("`Ready` is True once machines can be made.")),
  },
  "How the infrastructure is.",
);

export const agentClusterDefinition: Definition = {
  kind: AgentCluster,
  singular: "agentcluster",
  categories: ["cluster-api"],
  description:
    "The infrastructure of a hosted cluster whose nodes are Agents, for Cluster API. Made and kept by the operator.",
  spec: agentClusterSpec,
  status: agentClusterStatus,
  labels: { "cluster.x-k8s.io/v1beta1": "v1beta1", "cluster.x-k8s.io/v1beta2": "v1beta1" },
  columns: [
    { name: "Ready", path: ".status.ready", type: "boolean", description: "Whether machines can be made." },
    age,
  ],
};
