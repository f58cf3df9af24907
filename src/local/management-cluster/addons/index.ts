import type { Kind } from "../../../kube/kind.ts";
import { ClusterRole, ClusterRoleBinding, Deployment, ServiceAccount } from "../../../kube/kinds.ts";
import type { Resource } from "../../../kube/resource.ts";
import type { Cluster } from "../cluster.ts";
import { coredns } from "./coredns.ts";
import { localCloud } from "./local-cloud.ts";
import { localPathProvisioner } from "./local-path-provisioner.ts";
import { localNamespace, namespace } from "./namespace.ts";

/** Image of a component of the release by its name. */
export type Images = (component: string) => string;

/** What a management cluster needs beside Kubernetes itself, in the order in which it is applied. */
export function addons(cluster: Cluster, image: Images): Resource[] {
  return [
    namespace,
    ...coredns(cluster, image("coredns")),
    ...localCloud(cluster, image("local-cloud")),
    ...localPathProvisioner(image("local-path-provisioner"), image("cli")),
  ];
}

/** What former versions of Roost made, and this one takes away. */
export const formerAddons: { kind: Kind; name: string; namespace?: string }[] = [
  { kind: Deployment, name: "external-dns", namespace: localNamespace },
  { kind: ServiceAccount, name: "external-dns", namespace: localNamespace },
  { kind: ClusterRoleBinding, name: "roost-local:external-dns" },
  { kind: ClusterRole, name: "roost-local:external-dns" },
];
