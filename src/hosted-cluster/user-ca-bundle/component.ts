import type { ConfigMap } from "../../kube/kinds.ts";
import type { Component } from "../component.ts";
import type { Facts } from "../facts.ts";

/** The authorities that the HostedCluster's additionalTrustBundle adds, where users of OpenShift look for them. */
export const userCaBundle: Component = { name: "user-ca-bundle", manifests: [bundle] };

function bundle({ additionalTrustBundle }: Facts): ConfigMap | undefined {
  if (additionalTrustBundle === undefined) return;
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "user-ca-bundle", namespace: "openshift-config" },
    data: { "ca-bundle.crt": additionalTrustBundle },
  };
}
