import type { Component } from "../component.ts";
import { config } from "./config.ts";
import { deployment } from "./deployment.ts";

/** Places pods on the hosted cluster's nodes. */
export const kubeScheduler: Component = {
  name: "kube-scheduler",
  needs: ["kube-apiserver"],
  manifests: [config, deployment],
};
