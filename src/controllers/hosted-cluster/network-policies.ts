import type { HostedCluster } from "../../api/hosted-cluster.ts";
import type { NetworkPolicy } from "../../kube/kinds.ts";

/** Services that are reached from outside the management cluster through a port of their pods. */
const published: Record<string, { policy: string; app: string; ports: number[] }> = {
  APIServer: { policy: "kas", app: "kube-apiserver", ports: [6443] },
  OAuthServer: { policy: "oauth", app: "oauth-openshift", ports: [6443] },
  Ignition: { policy: "ignition", app: "ignition-server", ports: [9090] },
  Konnectivity: { policy: "konnectivity", app: "kube-apiserver", ports: [8091] },
};

/**
 * What may talk to the pods of a control plane: its own namespace, the monitoring of the management cluster, and
 * everybody at the ports that are published. Enforced where the management cluster's network does.
 */
export function networkPolicies(cluster: HostedCluster, namespace: string): NetworkPolicy[] {
  const services = cluster.spec.services ?? [];
  const outside = services
    .filter(({ servicePublishingStrategy: { type } }) => type === "NodePort" || type === "LoadBalancer")
    .flatMap(({ service, servicePublishingStrategy: { type } }) => {
      const entry = published[service];
      return entry && entry.policy !== "kas"
        ? [
            policy(namespace, `${type.toLowerCase()}-${entry.policy}`, { app: entry.app }, [
              { ports: entry.ports.map(tcp) },
            ]),
          ]
        : [];
    });
  const routed = services.some(({ servicePublishingStrategy }) => servicePublishingStrategy.type === "Route");
  return [
    policy(namespace, "same-namespace", {}, [{ from: [{ podSelector: {} }] }]),
    policy(namespace, "kas", { app: "kube-apiserver" }, [{ ports: [tcp(6443)] }]),
    policy(namespace, "openshift-monitoring", {}, [
      { from: [{ namespaceSelector: { matchLabels: { "network.openshift.io/policy-group": "monitoring" } } }] },
    ]),
    ...(routed
      ? [
          policy(namespace, "openshift-ingress", {}, [
            { from: [{ namespaceSelector: { matchLabels: { "network.openshift.io/policy-group": "ingress" } } }] },
          ]),
        ]
      : []),
    ...outside,
  ];
}

function tcp(port: number) {
  return { port, protocol: "TCP" as const };
}

function policy(
  namespace: string,
  name: string,
  matchLabels: Record<string, string>,
  ingress: NonNullable<NonNullable<NetworkPolicy["spec"]>["ingress"]>,
): NetworkPolicy {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec: {
      podSelector: Object.keys(matchLabels).length > 0 ? { matchLabels } : {},
      policyTypes: ["Ingress"],
      ingress,
    },
  };
}
