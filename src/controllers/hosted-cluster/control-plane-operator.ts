import { controlPlaneOperatorPermissions } from "../../api/permissions.ts";
import { componentLabel } from "../../control-plane/component.ts";
import { healthFlag, healthPorts, healthProbes } from "../../kube/health-probes.ts";
import type { Deployment, Role, RoleBinding, ServiceAccount } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { managementApiLabel } from "../network-policy/network-policies.ts";
import { copyNames } from "./references.ts";

const name = "control-plane-operator";
/** On all of it: whether it is still as it was applied is known from watches by this label. */
const component = componentLabel(name);

/** What the control-plane-operator's objects are made from. */
export interface OperatorFacts {
  /** The control plane's namespace. */
  namespace: string;
  /** The HostedControlPlane's name. */
  cluster: string;
  /** The image of the release's own roost component. */
  image: string;
  releaseImage: string;
  nodeSelector?: Record<string, string>;
  tolerations?: object[];
  labels?: Record<string, string>;
  /** A value that, when changed, restarts everything of the control plane (annotation restart-date). */
  restartDate?: string;
  /** Where it is another one than that of control planes. */
  priorityClass?: string;
}

/** The control-plane-operator of one hosted cluster, which may act in that cluster's namespace and nowhere else. */
export function controlPlaneOperator(facts: OperatorFacts): Resource[] {
  return [serviceAccount(facts), role(facts), roleBinding(facts), deployment(facts)];
}

function serviceAccount({ namespace }: OperatorFacts): ServiceAccount {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace, labels: component },
    imagePullSecrets: [{ name: copyNames.pullSecret }],
  };
}

function role({ namespace }: OperatorFacts): Role {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name, namespace, labels: component },
    rules: controlPlaneOperatorPermissions,
  };
}

function roleBinding({ namespace }: OperatorFacts): RoleBinding {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name, namespace, labels: component },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  };
}

function deployment(facts: OperatorFacts): Deployment {
  const labels = { app: name, name, ...component };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name,
      namespace: facts.namespace,
      labels,
      annotations: { "hypershift.openshift.io/release-image": facts.releaseImage },
    },
    spec: {
      replicas: 1,
      // Two of them at once would only fight over the same objects.
      strategy: { type: "Recreate" },
      selector: { matchLabels: { name } },
      template: {
        metadata: {
          labels: { ...facts.labels, ...labels, ...managementApiLabel },
          ...(facts.restartDate ? { annotations: { "hypershift.openshift.io/restart-date": facts.restartDate } } : {}),
        },
        spec: {
          serviceAccountName: name,
          // It ends at once when told to; a namespace that is deleted takes half of this until it looks again.
          terminationGracePeriodSeconds: 5,
          priorityClassName: facts.priorityClass ?? "hypershift-control-plane",
          enableServiceLinks: false,
          ...(facts.nodeSelector ? { nodeSelector: facts.nodeSelector } : {}),
          ...(facts.tolerations ? { tolerations: facts.tolerations as never } : {}),
          securityContext: { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              name,
              image: facts.image,
              args: [name, "--namespace", facts.namespace, "--name", facts.cluster, healthFlag],
              ports: healthPorts,
              ...healthProbes,
              // A mirror of both bundles that the namespace may hold is read by the program itself.
              // Whatever its tenant fills the hosted cluster with, it takes no more of the node.
              resources: { requests: { cpu: "10m", memory: "80Mi" }, limits: { memory: "512Mi" } },
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ["ALL"] },
                readOnlyRootFilesystem: true,
              },
              terminationMessagePolicy: "FallbackToLogsOnError",
            },
          ],
        },
      },
    },
  };
}
