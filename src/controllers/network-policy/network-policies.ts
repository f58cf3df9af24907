import type { NetworkPolicy as Kubernetes } from "kubernetes-types/networking/v1.js";
import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import type { NetworkPolicy } from "../../kube/kinds.ts";
import { recoveryProgramLabel } from "../../recovery/jobs/recovery-job.ts";
import { blockOf, type ManagementNetworks } from "./management-networks.ts";

/** On every policy of ours, so that what is no longer wanted is found again. */
export const policyLabels = { "hypershift.openshift.io/managed-by": "hypershift-operator" } as const;

type Spec = NonNullable<Kubernetes["spec"]>;
type Egress = NonNullable<Spec["egress"]>;
type Ingress = NonNullable<Spec["ingress"]>;
type Peer = NonNullable<Egress[number]["to"]>[number];

/** The facts of a control plane that its policies depend on. */
export type PolicyFacts = Pick<HostedControlPlane["spec"], "services" | "etcd"> & {
  /** The HostedCluster's own namespace: what its author names there is theirs. */
  home?: string;
  /** Snapshots of etcd are fetched or sent away from its pods. */
  movesSnapshots?: boolean;
  /** The operator's namespace, whose jobs take snapshots; nobody does where absent. */
  operatorNamespace?: string;
  /** It is a drill's: nobody outside its namespace is to hear of it but the management API, registries and its own Job. */
  isDrill?: boolean;
};

/**
 * What may talk to the pods of a control plane, and to whom they may talk: nothing at first, then what each needs.
 * kube-apiserver calls the addresses that the hosted cluster's administrator writes into webhooks, so it reaches the
 * world outside and nothing of the management cluster. Enforced where the management cluster's network does.
 */
export function networkPolicies(
  namespace: string,
  { services = [], etcd, home, operatorNamespace, movesSnapshots = false, isDrill = false }: PolicyFacts,
  management: ManagementNetworks,
): NetworkPolicy[] {
  const isPublished = (name: string) =>
    services.some(({ service, servicePublishingStrategy: { type } }) => service === name && type !== "None");
  const isRouted = services.some(
    ({ service, servicePublishingStrategy: { type } }) => service === "APIServer" && type === "Route",
  );
  const policy = (name: string, podSelector: Spec["podSelector"], rules: { ingress?: Ingress; egress?: Egress }) =>
    ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      // Without an owner: they stay as long as the namespace does, whatever becomes of the HostedControlPlane.
      metadata: { name, namespace, labels: policyLabels, ownerReferences: [] },
      spec: {
        podSelector,
        policyTypes: [...(rules.ingress ? (["Ingress"] as const) : []), ...(rules.egress ? (["Egress"] as const) : [])],
        // API servers store no empty list: one that is applied would be a change each time.
        ...Object.fromEntries(Object.entries(rules).filter(([, some]) => some.length > 0)),
      },
    }) satisfies NetworkPolicy;

  /** What may stand beside the management cluster's nodes: registries. */
  const beside = everywhereBut([...localToNodes, ...cloudServices, ...management.pods]);
  /** Stores of snapshots may stand there as well; whoever writes a HostedCluster chooses the address. */
  const stores = everywhereBut([...localToNodes, ...cloudServices, ...management.pods, ...management.apart]);
  const outside = everywhereBut([...localToNodes, ...cloudServices, ...management.pods, ...management.others]);
  return [
    // Of all that follows, each policy adds to this one.
    policy("default-deny", {}, { ingress: [], egress: [dns, openshiftDns] }),
    ...(etcd.managementType === "Managed"
      ? [
          policy("etcd", pods("etcd"), {
            ingress: [
              { from: [peer("etcd", "kube-apiserver", "control-plane-operator")], ports: [tcp(2379)] },
              ...(operatorNamespace && !isDrill
                ? [{ from: [{ ...inNamespace(operatorNamespace), ...backups }], ports: [tcp(2379)] }]
                : []),
              { from: [peer("etcd")], ports: [tcp(2380)] },
              // Where a member without data says so.
              { from: [peer("control-plane-operator")], ports: [tcp(2381)] },
            ],
            egress: [
              { to: [peer("etcd")], ports: [tcp(2379), tcp(2380)] },
              ...(operatorNamespace
                ? [{ to: [{ ...inNamespace(operatorNamespace), ...serversOf(isDrill) }], ports: [tcp(8443)] }]
                : []),
            ],
          }),
          ...(movesSnapshots && !isDrill
            ? [policy("etcd-moves-snapshots", pods("etcd"), { egress: [{ to: stores, ports: [{ protocol: "TCP" }] }] })]
            : []),
        ]
      : []),
    policy("kas", pods("kube-apiserver"), {
      // Whoever asks: the API's own certificates and tokens decide. Agents prove themselves to konnectivity.
      ingress: [
        isDrill
          ? { from: [{ podSelector: {} }], ports: [tcp(6443)] }
          : { ports: [tcp(6443), ...(isPublished("Konnectivity") ? [tcp(8091)] : [])] },
      ],
      egress: [
        { to: [peer("etcd")], ports: [tcp(2379)] },
        // One that starts asks whether another one answers.
        { to: [peer("kube-apiserver")], ports: [tcp(6443)] },
        ...unmanagedEtcd(etcd, home),
        // Webhooks that a drill's data names would be told of what happens in the live cluster.
        ...(isDrill ? [] : [{ to: outside, ports: [{ protocol: "TCP" as const }] }]),
      ],
    }),
    policy("kas-clients", pods("kube-controller-manager", "kube-scheduler"), {
      egress: [{ to: [peer("kube-apiserver")], ports: [tcp(6443)] }],
    }),
    policy(
      "management-kas",
      // By name and not by managementApiLabel: with spec.labels an author gives labels to all pods, but never this one;
      // and ignition-servers of older releases have this one alone.
      pods("control-plane-operator", "ignition-server"),
      {
        egress: [
          ...apiOf(management),
          { to: [peer("kube-apiserver", "etcd")], ports: [tcp(6443), tcp(2379), tcp(2381)] },
          // The API server's public address is asked for an answer; a Route's is that of the router's pods.
          ...(isRouted ? [{ to: [router], ports: [tcp(443)] }] : []),
          // Releases are read from a registry.
          { to: beside, ports: [{ protocol: "TCP" }] },
        ],
      },
    ),
    ...(isPublished("Ignition")
      ? [policy("ignition", pods("ignition-server"), { ingress: [{ ports: [tcp(9090)] }] })]
      : []),
    ...(isDrill ? [] : [policy("openshift-monitoring", {}, { ingress: [monitoring] })]),
  ];
}

/** HyperShift's label of pods that need the management cluster's API, for policies of others; earlier operators ask for it. */
export const managementApiLabel = { "hypershift.openshift.io/need-management-kas-access": "true" } as const;

/** Names of the management cluster are asked of its own DNS, which may be pods, a cache on each node, or the cloud's. */
const dns: Egress[number] = { ports: [{ protocol: "UDP", port: 53 }, tcp(53)] };
/** OpenShift's DNS listens on another port in its pods. */
const openshiftDns: Egress[number] = {
  to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "openshift-dns" } } }],
  ports: [{ protocol: "UDP", port: 5353 }, tcp(5353)],
};

/** The operator's jobs that take snapshots, and what ships changes. */
const backups: Peer = {
  podSelector: {
    matchExpressions: [
      { key: recoveryProgramLabel, operator: "In", values: ["make-backup", "make-etcd-backup", "ship-changes"] },
    ],
  },
};

/** Those that have a snapshot at hand which is to be restored. */
function serversOf(isDrill: boolean): Peer {
  return { podSelector: { matchLabels: { [recoveryProgramLabel]: isDrill ? "serve-drill" : "serve-snapshot" } } };
}

/** Whoever gathers metrics. */
const monitoring: Ingress[number] = {
  from: [{ namespaceSelector: { matchLabels: { "network.openshift.io/policy-group": "monitoring" } } }],
  ports: [
    { protocol: "TCP", port: "metrics" },
    ...[2381, 6443, 10257, 10259].map((port) => ({ protocol: "TCP" as const, port })),
  ],
};

/** The pods that serve the management cluster's Routes. */
const router: Peer = { namespaceSelector: { matchLabels: { "network.openshift.io/policy-group": "ingress" } } };

/** Addresses that mean something on the node only, a cloud's metadata among them. */
const localToNodes = ["127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10"];
/** What clouds serve to their own machines by other addresses: Alibaba's metadata, Azure's fabric, AWS' metadata. */
const cloudServices = ["100.100.100.200/32", "168.63.129.16/32", "fd00:ec2::254/128"];

function everywhereBut(blocks: readonly string[]): Peer[] {
  const of = (isIPv6: boolean) => [...new Set(blocks)].filter((block) => block.includes(":") === isIPv6);
  return [{ ipBlock: { cidr: "0.0.0.0/0", except: of(false) } }, { ipBlock: { cidr: "::/0", except: of(true) } }];
}

function apiOf({ api }: ManagementNetworks): Egress {
  const ports = [...new Set(api.map(({ port }) => port))];
  return ports.map((port) => ({
    to: api.filter((each) => each.port === port).map(({ address }) => ({ ipBlock: { cidr: blockOf(address) } })),
    ports: [tcp(port)],
  }));
}

/**
 * An etcd of the user's beside the HostedCluster, by its Service's name. Another namespace would have to agree: whose it
 * is allows that with a policy of their own. Other endpoints are outside.
 */
function unmanagedEtcd({ unmanaged }: PolicyFacts["etcd"], home: string | undefined): Egress {
  const [, namespace] = /^https?:\/\/[^./]+\.([^./]+)\.svc[.:/]/.exec(`${unmanaged?.endpoint ?? ""}/`) ?? [];
  if (!namespace || namespace !== home) return [];
  return [{ to: [inNamespace(namespace)], ports: [{ protocol: "TCP" }] }];
}

function pods(...apps: string[]): Spec["podSelector"] {
  const [app = "", ...more] = apps;
  if (more.length === 0) return { matchLabels: { app } };
  return { matchExpressions: [{ key: "app", operator: "In", values: apps }] };
}

const inNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});

const peer = (...apps: string[]): Peer => ({ podSelector: pods(...apps) });

function tcp(port: number) {
  return { protocol: "TCP", port } as const;
}
