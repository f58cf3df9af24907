import type { Deployment } from "../../kube/kinds.ts";
import type { InstallFacts } from "./facts.ts";

type PodSpec = NonNullable<NonNullable<Deployment["spec"]>["template"]["spec"]>;
type Container = PodSpec["containers"][number];

/** What differs between the Deployments that `hcp install` makes. */
export interface DeploymentParts {
  /** Also of the ServiceAccount and of the container. */
  name: string;
  container: Omit<Container, "name" | "imagePullPolicy" | "securityContext" | "terminationMessagePolicy">;
  volumes?: PodSpec["volumes"];
  /** Of the pod. */
  annotations?: Record<string, string>;
}

/** A Deployment of one replica that is allowed nothing beyond its own process. */
export function deployment({ namespace, pullPolicy }: InstallFacts, parts: DeploymentParts): Deployment {
  const { name, container, volumes, annotations } = parts;
  const labels = { app: name, name, "hypershift.openshift.io/operator-component": name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      // Two of one would undo each other's work, or know half of what calls.
      strategy: { type: "Recreate" },
      selector: { matchLabels: { name } },
      template: {
        metadata: { labels, ...(annotations ? { annotations } : {}) },
        spec: {
          serviceAccountName: name,
          priorityClassName: "hypershift-operator",
          enableServiceLinks: false,
          securityContext: { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              name,
              imagePullPolicy: pullPolicy,
              ...container,
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ["ALL"] },
                readOnlyRootFilesystem: true,
              },
              terminationMessagePolicy: "FallbackToLogsOnError",
            },
          ],
          volumes,
        },
      },
    },
  };
}
