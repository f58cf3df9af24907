import type { HostedControlPlane } from "../api/index.ts";
import { isTrue } from "../kube/conditions.ts";
import { ConfigMap, DaemonSet, Node, Secret } from "../kube/kinds.ts";
import { seen } from "../kube/seen.ts";
import { textOf } from "../kube/text-of.ts";
import type { Facts } from "./facts.ts";
import { lookEvery } from "./konnectivity-agent/look-every.ts";
import { nodeFacts } from "./node-facts.ts";
import type { GuestOptions } from "./options.ts";
import { readEndpoints } from "./read-endpoints.ts";
import { readRelease } from "./read-release.ts";
import { proxyTrustBundleName } from "./user-ca-bundle/component.ts";

/** What `kubectl rollout restart` writes. */
const restartAnnotation = "kubectl.kubernetes.io/restartedAt";

/** Reads what the inside of the hosted cluster is rendered from, from both API servers. */
export async function readFacts(options: GuestOptions, hostedControlPlane: HostedControlPlane): Promise<Facts> {
  const { management, guest } = options;
  const { metadata, spec } = hostedControlPlane;
  const { name = "", namespace = "" } = metadata ?? {};
  const [
    release,
    { endpoints },
    agent,
    agents,
    pullSecret,
    apiServer,
    kubeletClients,
    bundle,
    proxyBundle,
    additional,
    nodes,
  ] = await Promise.all([
    readRelease(options, hostedControlPlane),
    readEndpoints(management, hostedControlPlane),
    management.get(Secret, "konnectivity-agent", namespace),
    guest.get(DaemonSet, "konnectivity-agent", "kube-system"),
    management.get(Secret, spec.pullSecret.name ?? "pull-secret", namespace),
    management.get(ConfigMap, "root-ca", namespace),
    management.get(ConfigMap, "kubelet-client-ca", namespace),
    spec.additionalTrustBundle && seen(management, ConfigMap, spec.additionalTrustBundle.name ?? "", namespace),
    spec.configuration?.proxy?.trustedCA?.name && seen(management, ConfigMap, proxyTrustBundleName, namespace),
    seen(guest, Secret, "additional-pull-secret", "kube-system"),
    guest.list(Node, { pick: nodeFacts }),
  ]);
  const nodesReady = nodes.filter(({ status }) => isTrue(status?.conditions, "Ready")).length;
  return {
    name,
    namespace,
    spec,
    release,
    endpoints,
    konnectivityAgent: agentCredentials(agent),
    agentsRestartedAt: agents?.spec?.template.metadata?.annotations?.[restartAnnotation],
    agentsLookEvery: lookEvery(agents),
    nodeAuthorities: nodeAuthoritiesIn(apiServer, kubeletClients),
    nodesReady,
    nodesNotReady: nodes.length - nodesReady,
    pullSecret: textOf(pullSecret, ".dockerconfigjson"),
    additionalTrustBundle: bundle ? bundle.data?.["ca-bundle.crt"] : undefined,
    proxyTrustBundle: proxyBundle ? proxyBundle.data?.["ca-bundle.crt"] : undefined,
    additionalPullSecret: textOf(additional, ".dockerconfigjson"),
  };
}

function agentCredentials(secret: Secret | undefined): Facts["konnectivityAgent"] {
  const certificate = textOf(secret, "tls.crt");
  const key = textOf(secret, "tls.key");
  const authority = textOf(secret, "ca.crt");
  return certificate && key && authority ? { certificate, key, authority } : undefined;
}

/** The authorities that nodes are to trust, from the ConfigMaps `root-ca` and `kubelet-client-ca`. */
export function nodeAuthoritiesIn(...configMaps: (ConfigMap | undefined)[]): Facts["nodeAuthorities"] {
  const [apiServer, kubeletClients] = configMaps.map((each) => each?.data?.["ca.crt"]);
  return apiServer && kubeletClients ? { apiServer, kubeletClients } : undefined;
}
