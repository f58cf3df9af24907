import type { Component } from "../component.ts";
import { daemonSet } from "./daemon-set.ts";
import { secret } from "./secret.ts";

/** Keeps a connection from every node to the control plane, through which the control plane reaches nodes and pods. */
export const konnectivityAgent: Component = {
  name: "konnectivity-agent",
  keepsNodes: true,
  clusterOperator: "konnectivity",
  canRender: ({ endpoints, konnectivityAgent: credentials }) =>
    endpoints.konnectivity !== undefined && credentials !== undefined,
  manifests: [secret, daemonSet],
};
