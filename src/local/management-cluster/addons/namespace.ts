import type { Namespace } from "../../../kube/kinds.ts";

/** Where what stands in for a cloud runs in a management cluster. */
export const localNamespace = "roost-local";

export const namespace: Namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: localNamespace } };
