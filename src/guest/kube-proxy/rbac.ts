import { serviceAccount, serviceAccountBinding } from "../rbac/bindings.ts";

export const account = () => serviceAccount("kube-proxy");

export const roleBinding = () => serviceAccountBinding("kube-proxy", "kube-proxy", "system:node-proxier");
