import type { Kind } from "../kube/kind.ts";
import { clusterKind } from "../kube/kind.ts";
import {
  ClusterRole,
  ClusterRoleBinding,
  ConfigMap,
  CustomResourceDefinition,
  DaemonSet,
  Deployment,
  Namespace,
  PodDisruptionBudget,
  Secret,
  Service,
  ServiceAccount,
} from "../kube/kinds.ts";
import { configApiVersion, configKinds } from "./config-api/config-kinds.ts";

const admission = "admissionregistration.k8s.io/v1";

/** Kinds whose objects are deleted once nothing renders them any more. */
export const prunedKinds: readonly Kind[] = [
  clusterKind(admission, "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings"),
  clusterKind(admission, "ValidatingAdmissionPolicy", "validatingadmissionpolicies"),
  DaemonSet,
  Deployment,
  PodDisruptionBudget,
  Service,
  ConfigMap,
  Secret,
  ServiceAccount,
  ClusterRoleBinding,
  ClusterRole,
  ...configKinds.map(({ kind, plural }) => clusterKind(configApiVersion, kind, plural)),
];

/** All kinds that are rendered. Namespaces and definitions are never deleted: their users' objects would go with them. */
export const renderedKinds: readonly Kind[] = [...prunedKinds, Namespace, CustomResourceDefinition];
