import type { Component } from "../component.ts";
import { disruptionBudget } from "../disruption-budget.ts";
import { config } from "./config.ts";
import { deployment } from "./deployment.ts";
import { encryption } from "./encryption.ts";

/** The API of the hosted cluster. Its Service is one of the published ones. */
export const kubeApiserver: Component = {
  name: "kube-apiserver",
  needs: ["etcd"],
  waitsByItself: true,
  priority: "critical",
  manifests: [config, encryption, deployment, disruptionBudget("kube-apiserver")],
};
