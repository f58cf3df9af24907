import type { Component } from "../component.ts";
import { hasBuiltInNetwork } from "../facts.ts";
import { config } from "./config.ts";
import { daemonSet } from "./daemon-set.ts";
import { account, role, roleBinding } from "./rbac.ts";

/** The pod network of the release: flannel with VXLAN. Nothing where the user brings one (networkType Other). */
export const network: Component = {
  name: "network",
  clusterOperator: "network",
  canRender: ({ endpoints }) => endpoints.api !== undefined,
  manifests: [account, role, roleBinding, config, daemonSet].map(
    (manifest) => (facts) => (hasBuiltInNetwork(facts) ? manifest(facts) : undefined),
  ),
};
