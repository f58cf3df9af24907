import type { Component } from "../component.ts";
import { configMap } from "./config-map.ts";
import { daemonSet } from "./daemon-set.ts";

/** Keeps what the kubelets of nodes trust: whom they call, and who may call them. */
export const nodeAuthorities: Component = {
  name: "node-authorities",
  keepsNodes: true,
  canRender: ({ nodeAuthorities: known }) => known !== undefined,
  manifests: [configMap, daemonSet],
};
