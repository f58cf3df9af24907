import { clusterRole, serviceAccount, serviceAccountBinding } from "../rbac/bindings.ts";

export const account = () => serviceAccount("coredns");

export const role = () =>
  clusterRole(
    "system:coredns",
    { apiGroups: [""], resources: ["services", "pods", "namespaces"], verbs: ["list", "watch"] },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
  );

export const roleBinding = () => serviceAccountBinding("system:coredns", "coredns", "system:coredns");
