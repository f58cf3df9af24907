import type { Secret } from "../../../kube/kinds.ts";
import type { Resource } from "../../../kube/resource.ts";
import { updateKeyName } from "../../services-machine/dns.ts";
import type { Cluster } from "../cluster.ts";
import { deployment } from "./deployment.ts";
import { localNamespace } from "./namespace.ts";
import { read, serviceAccountWith } from "./role.ts";

const name = "external-dns";

/** Keeps the records of the base domain as the annotations of the cluster's Services say. */
export function externalDns({ name: cluster, services }: Cluster, image: string): Resource[] {
  const key: Secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "dns-update-key", namespace: localNamespace },
    stringData: { key: services.dnsUpdateKey },
  };
  const flags = {
    source: "service",
    provider: "rfc2136",
    "domain-filter": services.baseDomain,
    "rfc2136-host": services.address,
    "rfc2136-port": "53",
    "rfc2136-zone": services.baseDomain,
    "rfc2136-tsig-keyname": updateKeyName,
    "rfc2136-tsig-secret-alg": "hmac-sha256",
    "rfc2136-min-ttl": "1s",
    policy: "sync",
    registry: "txt",
    // Several management clusters keep records in the same zone.
    "txt-owner-id": cluster,
    "txt-prefix": "owner-%{record_type}-",
    interval: "1m",
    "min-event-sync-interval": "1s",
  };
  return [
    ...serviceAccountWith(name, localNamespace, [
      { group: "", resources: ["services", "pods", "nodes", "endpoints", "namespaces"], verbs: read },
      { group: "discovery.k8s.io", resources: ["endpointslices"], verbs: read },
    ]),
    key,
    deployment({
      name,
      namespace: localNamespace,
      configuration: services.address,
      container: {
        image,
        command: [
          "external-dns",
          ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
          "--rfc2136-tsig-axfr",
          "--events",
        ],
        livenessProbe: { httpGet: { path: "/healthz", port: 7979 }, periodSeconds: 20, timeoutSeconds: 10 },
        env: [
          {
            name: "EXTERNAL_DNS_RFC2136_TSIG_SECRET",
            valueFrom: { secretKeyRef: { name: "dns-update-key", key: "key" } },
          },
        ],
        resources: { requests: { cpu: "10m", memory: "40Mi" } },
      },
    }),
  ];
}
