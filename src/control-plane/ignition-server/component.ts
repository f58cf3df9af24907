import type { Component } from "../component.ts";
import { coreConfigMap } from "./core-config-map.ts";
import { deployment } from "./deployment.ts";
import { role, roleBinding, serviceAccount } from "./rbac.ts";
import { reports } from "./reports.ts";

/** Gives booting machines the configuration that makes them nodes. Its Service is one of the published ones. */
export const ignitionServer: Component = {
  name: "ignition-server",
  // Not in order to run, but because no node is of use before; and so that it takes no time from the API server's start.
  needs: ["kube-apiserver"],
  isNeeded: ({ annotations }) => annotations["hypershift.openshift.io/disable-ignition-server"] !== "true",
  follows: ["Secret/ignition-server"],
  manifests: [coreConfigMap, reports, serviceAccount, role, roleBinding, deployment],
};
