import { clusterRole, serviceAccount, serviceAccountBinding } from "../rbac/bindings.ts";

export const account = () => serviceAccount("flannel");

/** flannel reads each node's share of the pod network, and writes its tunnel's address to its own node. */
export const role = () =>
  clusterRole(
    "flannel",
    { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
    { apiGroups: [""], resources: ["nodes/status"], verbs: ["patch"] },
  );

export const roleBinding = () => serviceAccountBinding("flannel", "flannel", "flannel");
