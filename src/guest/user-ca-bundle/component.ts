import type { ConfigMap } from "../../kube/kinds.ts";
import type { Component } from "../component.ts";
import type { Facts } from "../facts.ts";

/** The authorities that the HostedCluster adds, where users of OpenShift look for them, and its Proxy names one. */
export const userCaBundle: Component = { name: "user-ca-bundle", manifests: [bundle, proxyBundle] };

/** The ConfigMap with the authority of the cluster's proxy, in the control plane's namespace. */
export const proxyTrustBundleName = "proxy-ca-bundle";

const name = "user-ca-bundle";

/** Both, where the proxy's has the same name. */
function bundle({ additionalTrustBundle, proxyTrustBundle, spec }: Facts): ConfigMap | undefined {
  const ofProxy = proxyName(spec) === name ? proxyTrustBundle : undefined;
  const bundles = [additionalTrustBundle, ofProxy].filter((each) => each !== undefined);
  return bundles.length > 0 ? configMap(name, [...new Set(bundles)].join("\n")) : undefined;
}

function proxyBundle({ proxyTrustBundle, spec }: Facts): ConfigMap | undefined {
  const own = proxyName(spec);
  if (!own || own === name || proxyTrustBundle === undefined) return;
  return configMap(own, proxyTrustBundle);
}

const proxyName = ({ configuration }: Facts["spec"]) => configuration?.proxy?.trustedCA?.name;

function configMap(called: string, text: string): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: called, namespace: "openshift-config" },
    data: { "ca-bundle.crt": text },
  };
}
