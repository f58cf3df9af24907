import type { Component } from "../component.ts";
import { daemonSet } from "./daemon-set.ts";
import { nodePullSecret, pullSecret } from "./secrets.ts";

/**
 * Keeps the nodes' own pull secret: that of the cluster, and what its users add in kube-system/additional-pull-secret.
 * Kubelets read the file anew within five minutes.
 */
export const globalPullSecret: Component = {
  name: "global-pull-secret",
  canRender: ({ pullSecret: text }) => text !== undefined,
  manifests: [pullSecret, nodePullSecret, daemonSet],
};
