import { randomBytes } from "node:crypto";
import type { Permission } from "../api/permissions.ts";
import type { CreateKubeOptions, ReplaceableKube } from "../kube/create-kube.ts";
import type { Kube } from "../kube/kube.ts";
import type { Resource } from "../kube/resource.ts";
import { impersonate, kubeconfigAs } from "./api-server.ts";

export interface Rights {
  /** An administrator, and the text of its kubeconfig. */
  kube: Kube;
  kubeconfig: string;
  /** Who is to have them: a program's name. */
  name: string;
  rules: Permission[];
  /** Where a Role gives them; everywhere, from a ClusterRole, where absent. */
  namespace?: string;
  /** Told of each request of the client. */
  onRequest?: CreateKubeOptions["onRequest"];
}

/** A client that may do what these rules allow, as the ServiceAccount that a program has, and nothing else. */
export async function kubeWithRights(rights: Rights): Promise<ReplaceableKube> {
  return impersonate(rights.kubeconfig, await userWithRights(rights), groups, rights);
}

/** The same as a kubeconfig, for programs that are not ours. */
export async function kubeconfigWithRights(rights: Rights): Promise<string> {
  return kubeconfigAs(rights.kubeconfig, await userWithRights(rights), groups);
}

const groups = ["system:serviceaccounts", "system:authenticated"];

async function userWithRights({ kube, name, rules, namespace }: Rights): Promise<string> {
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const apiGroup = "rbac.authorization.k8s.io";
  const kind = namespace ? "Role" : "ClusterRole";
  // Tests share a server, and a ClusterRole is there for all of them.
  const account = `${name}-${randomBytes(4).toString("hex")}`;
  const metadata = { name: account, ...(namespace && { namespace }) };
  await kube.apply({ apiVersion, kind, metadata, rules } as Resource);
  await kube.apply({
    apiVersion,
    kind: `${kind}Binding`,
    metadata,
    roleRef: { apiGroup, kind, name: account },
    subjects: [{ kind: "ServiceAccount", name: account, namespace: namespace ?? "hypershift" }],
  } as Resource);
  return `system:serviceaccount:${namespace ?? "hypershift"}:${account}`;
}
