import type { Component } from "../component.ts";
import { clusterRoleBinding } from "./bindings.ts";

const group = (name: string) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name });
const user = (name: string) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "User", name });

/** Who may do what in the hosted cluster from its first minute on. */
export const rbac: Component = {
  name: "rbac",
  manifests: [
    // Machines that join may ask for a certificate. Whether they get it is decided by csr-approval.
    () => clusterRoleBinding("node-bootstrapper", "system:node-bootstrapper", group("system:bootstrappers")),
    // The API server reads logs from kubelets and runs commands through them.
    () => clusterRoleBinding("kube-apiserver-kubelet", "system:kubelet-api-admin", user("system:kube-apiserver")),
    () => clusterRoleBinding("cluster-admins", "cluster-admin", group("system:cluster-admins"), user("system:admin")),
  ],
};
