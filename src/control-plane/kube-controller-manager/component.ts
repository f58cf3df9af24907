import { type Component, certificateOf } from "../component.ts";
import { deployment } from "./deployment.ts";

/** The controllers of Kubernetes itself. */
export const kubeControllerManager: Component = {
  name: "kube-controller-manager",
  needs: ["kube-apiserver"],
  follows: [
    ...certificateOf("kube-controller-manager-kubeconfig"),
    "Secret/cluster-signer-ca/ca.crt",
    "Secret/cluster-signer-ca/ca.key",
  ],
  manifests: [deployment],
};
