import { type Component, certificateOf } from "../component.ts";
import { config } from "./config.ts";
import { deployment } from "./deployment.ts";

/** Places pods on the hosted cluster's nodes. */
export const kubeScheduler: Component = {
  name: "kube-scheduler",
  needs: ["kube-apiserver"],
  follows: certificateOf("kube-scheduler-kubeconfig"),
  manifests: [config, deployment],
};
