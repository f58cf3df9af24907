import type { Component } from "./component.ts";
import { configApi } from "./config-api/component.ts";
import { configuration } from "./configuration/component.ts";
import { dns } from "./dns/component.ts";
import { globalPullSecret } from "./global-pull-secret/component.ts";
import { konnectivityAgent } from "./konnectivity-agent/component.ts";
import { kubeProxy } from "./kube-proxy/component.ts";
import { namespaces } from "./namespaces/component.ts";
import { network } from "./network/component.ts";
import { nodeAuthorities } from "./node-authorities/component.ts";
import { projectedConfiguration } from "./projected-configuration/component.ts";
import { rbac } from "./rbac/component.ts";
import { userCaBundle } from "./user-ca-bundle/component.ts";

/** What is rendered into every hosted cluster, in the order in which it is applied. */
export const components: readonly Component[] = [
  rbac,
  kubeProxy,
  network,
  konnectivityAgent,
  dns,
  namespaces,
  userCaBundle,
  globalPullSecret,
  nodeAuthorities,
  configApi,
  projectedConfiguration,
  configuration,
];
