import type { Component } from "../component.ts";
import { deployment } from "./deployment.ts";

/** The controllers of Kubernetes itself. */
export const kubeControllerManager: Component = {
  name: "kube-controller-manager",
  needs: ["kube-apiserver"],
  manifests: [deployment],
};
