import type { NetworkPolicy } from "../../kube/kinds.ts";
import { recoveryProgramLabel } from "../../recovery/jobs/recovery-job.ts";
import type { InstallFacts } from "./facts.ts";

/**
 * What may talk to the operator's pods, and to whom they may talk. Hosts reach the registration point, monitoring the
 * metrics, nobody anything else. Registries and hosted clusters can be anywhere, but a cloud's metadata is not for them.
 */
export function networkPolicies({ namespace, externalDns }: InstallFacts): NetworkPolicy[] {
  const policy = (name: string, spec: NetworkPolicy["spec"]): NetworkPolicy => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec,
  });
  return [
    policy("operator", {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        { ports: [{ protocol: "TCP", port: "registration" }] },
        {
          from: [{ namespaceSelector: { matchLabels: { "network.openshift.io/policy-group": "monitoring" } } }],
          ports: [{ protocol: "TCP", port: "metrics" }],
        },
      ],
      egress: [
        {
          to: [
            { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } },
            { ipBlock: { cidr: "::/0", except: ["fe80::/10", "fd00:ec2::254/128"] } },
          ],
        },
        // A cache of DNS on each node has such an address.
        {
          ports: [
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 53 },
          ],
        },
      ],
    }),
    // Members of etcd fetch the snapshot that they are to restore.
    policy("serve-snapshot", {
      podSelector: {
        matchExpressions: [{ key: recoveryProgramLabel, operator: "In", values: ["serve-snapshot", "serve-drill"] }],
      },
      policyTypes: ["Ingress"],
      ingress: [{ ports: [{ protocol: "TCP", port: 8443 }] }],
    }),
    ...(externalDns
      ? [
          // Without a Secret it proves itself to the cloud's DNS with what the cloud's metadata gives it.
          policy("external-dns", {
            podSelector: { matchLabels: { name: "external-dns" } },
            policyTypes: ["Egress"],
            egress: [{}],
          }),
        ]
      : []),
  ];
}
