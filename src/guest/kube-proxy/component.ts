import type { Component } from "../component.ts";
import { config } from "./config.ts";
import { daemonSet } from "./daemon-set.ts";
import { account, roleBinding } from "./rbac.ts";

/** Makes Services work on every node. */
export const kubeProxy: Component = {
  name: "kube-proxy",
  clusterOperator: "network",
  canRender: ({ endpoints }) => endpoints.api !== undefined,
  manifests: [account, roleBinding, config, daemonSet],
};
