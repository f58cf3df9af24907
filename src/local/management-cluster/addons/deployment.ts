import type { Container, Volume } from "kubernetes-types/core/v1.js";
import type { Deployment } from "../../../kube/kinds.ts";

export interface DeploymentFacts {
  name: string;
  namespace: string;
  container: Omit<Container, "name">;
  volumes?: Volume[];
  /** Changes when the configuration that the pod reads only at its start does. */
  configuration?: string;
}

/** A Deployment of one pod with a ServiceAccount of the same name. */
export function deployment({ name, namespace, container, volumes, configuration }: DeploymentFacts): Deployment {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, ...(configuration && { annotations: { "roost.local/configuration": configuration } }) },
        spec: {
          serviceAccountName: name,
          priorityClassName: "system-cluster-critical",
          terminationGracePeriodSeconds: 5,
          containers: [{ name, ...container }],
          ...(volumes && { volumes }),
        },
      },
    },
  };
}
