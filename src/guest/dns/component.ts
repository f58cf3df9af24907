import type { Component } from "../component.ts";
import { config } from "./config.ts";
import { deployment } from "./deployment.ts";
import { account, role, roleBinding } from "./rbac.ts";
import { service } from "./service.ts";

/** The cluster's DNS: CoreDNS behind the Service kube-dns, at the tenth address of the service network. */
export const dns: Component = {
  name: "dns",
  clusterOperator: "dns",
  manifests: [account, role, roleBinding, config, service, deployment],
};
