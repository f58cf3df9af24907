import type { Container, Volume } from "kubernetes-types/core/v1.js";
import type { Deployment } from "../../../kube/kinds.ts";

export interface DeploymentFacts {
  name: string;
  namespace: string;
  container: Omit<Container, "name">;
  volumes?: Volume[];
  /** Whether the pod is in the machine's own network. */
  hostNetwork?: boolean;
  /** Changes when the configuration that the pod reads only at its start does. */
  configuration?: string;
}

/** A Deployment of one pod with a ServiceAccount of the same name. */
export function deployment(facts: DeploymentFacts): Deployment {
  const { name, namespace, container, volumes, hostNetwork, configuration } = facts;
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      // Two of them would want the same ports of the machine.
      ...(hostNetwork && { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } }),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, ...(configuration && { annotations: { "roost.local/configuration": configuration } }) },
        spec: {
          serviceAccountName: name,
          priorityClassName: "system-cluster-critical",
          terminationGracePeriodSeconds: 5,
          ...(hostNetwork && { hostNetwork }),
          containers: [{ name, ...container }],
          ...(volumes && { volumes }),
        },
      },
    },
  };
}
