import { isIP } from "node:net";
import { authorityMs, type CertificateProfile, type Lifetime } from "../pki/certificate.ts";
import { addressInNetwork } from "./address-in-network.ts";
import { type ControlPlane, serviceNetworks } from "./control-plane.ts";
import { hostPort } from "./endpoints.ts";
import { memberHost } from "./etcd/members.ts";

type Facts = Pick<ControlPlane, "name" | "namespace" | "spec" | "endpoints">;

/** Each hosted cluster's own signers: Secrets with `ca.crt` and `ca.key`, made once; successors only by rotation. */
export const signers = [
  "root-ca",
  "etcd-signer",
  "aggregator-client-signer",
  "kube-control-plane-signer",
  "kube-apiserver-to-kubelet-signer",
  "system-admin-signer",
  "hcco-signer",
  "cluster-signer-ca",
  "konnectivity-signer",
  "customer-system-admin-signer",
  "sre-system-admin-signer",
] as const;
export type Signer = (typeof signers)[number];

/** The signers of credentials for emergencies, by the class that requests and revocations name. */
export const breakGlassSigners = {
  "customer-break-glass": "customer-system-admin-signer",
  "sre-break-glass": "sre-system-admin-signer",
} as const satisfies Record<string, Signer>;
export type BreakGlassClass = keyof typeof breakGlassSigners;

/** Signs for emergencies only: nothing of the control plane itself comes from it. */
export function isBreakGlass(signer: Signer): boolean {
  return (Object.values(breakGlassSigners) as Signer[]).includes(signer);
}

/**
 * Trusted by files on nodes, by programs in pods, and in kubeconfigs that people keep: they come to know a successor when
 * they can. Until the former one ends, what the successor signed comes with a certificate by that.
 */
export function isTrustedOutside(signer: Signer): boolean {
  return ["root-ca", "kube-apiserver-to-kubelet-signer", "konnectivity-signer"].includes(signer);
}

const hour = 3_600_000;

/** How long a signer is valid. */
export function signerMs(signer: Signer): number {
  return isBreakGlass(signer) ? 365 * 24 * hour : authorityMs;
}

/** How long kubelets' certificates are valid, which kube-controller-manager signs. */
export const nodeCertificateMs = 720 * hour;

/** How long credentials for emergencies are valid at most. */
export const breakGlassMs = 36 * hour;

/** The longest that anything signed by this signer is valid. */
export function longestLife(signer: Signer, { leafMs }: Lifetime): number {
  if (isBreakGlass(signer)) return breakGlassMs;
  return signer === "cluster-signer-ca" ? nodeCertificateMs : leafMs;
}

/**
 * On the Secrets that the operator copies to where the HostedCluster's user may read them, or whose authority it gives
 * to machines: it follows their changes.
 */
export const publishedLabel = { "hypershift.openshift.io/published-credentials": "true" };

/** A Secret with a certificate: `tls.crt`, `tls.key`, and in `ca.crt` the authority that the other side is checked against. */
export interface Leaf {
  secret: string;
  signer: Signer;
  profile: CertificateProfile;
  /** Where it is shorter than that of all others. */
  lifetime?: Lifetime;
  /** Also put into the Secret, as a kubeconfig. */
  kubeconfig?: {
    key: "kubeconfig" | "value";
    /** `https://host:port` */
    server: string;
    /** People read it: YAML instead of JSON. */
    forPeople?: boolean;
    /** It is mounted together with its certificate, and names the files. */
    withFiles?: boolean;
  };
  labels?: Record<string, string>;
  type?: string;
}

/** ConfigMaps with authorities that others are checked against, in `ca.crt`: which signers are in each. */
export const bundles: Record<string, readonly Signer[]> = {
  "root-ca": ["root-ca"],
  // Who may come as a client: the control plane, its administrators, and nodes.
  "client-ca": [
    "kube-control-plane-signer",
    "system-admin-signer",
    "hcco-signer",
    "cluster-signer-ca",
    "customer-system-admin-signer",
    "sre-system-admin-signer",
  ],
  // What kubelets check the API server against, and the other way round.
  "kubelet-client-ca": ["kube-apiserver-to-kubelet-signer"],
  "kubelet-serving-ca": ["cluster-signer-ca"],
  "etcd-ca": ["etcd-signer"],
  "aggregator-client-ca": ["aggregator-client-signer"],
  "konnectivity-ca-bundle": ["konnectivity-signer"],
};

/** Every certificate that can be made with what is known; those that hold an external address follow it. */
export function leaves(plane: Facts): Leaf[] {
  return [...etcd(plane), ...apiServer(plane), ...konnectivity(plane), ...ignition(plane), ...clients(plane)];
}

/** A Service's names inside the management cluster. */
function serviceNames(service: string, namespace: string): string[] {
  return [
    service,
    `${service}.${namespace}`,
    `${service}.${namespace}.svc`,
    `${service}.${namespace}.svc.cluster.local`,
  ];
}

/** External hosts are names or addresses, and certificates keep them apart. */
function names(hosts: string[], more: { dnsNames?: string[]; addresses?: string[] } = {}) {
  const unique = (list: string[]) => [...new Set(list)];
  return {
    dnsNames: unique([...hosts.filter((host) => !isIP(host)), ...(more.dnsNames ?? [])]),
    addresses: unique([...hosts.filter((host) => isIP(host)), ...(more.addresses ?? [])]),
  };
}

function etcd({ namespace, spec }: Facts): Leaf[] {
  if (spec.etcd.managementType !== "Managed") return [];
  // Every name that a member can have. How many there are is for the record to say, not for a certificate.
  const members = ["etcd-0", "etcd-1", "etcd-2"].flatMap((member) => [
    memberHost(member, namespace),
    `${memberHost(member, namespace)}.cluster.local`,
  ]);
  const local = { dnsNames: ["localhost"], addresses: ["127.0.0.1", "::1"] };
  return [
    {
      secret: "etcd-server-tls",
      signer: "etcd-signer",
      profile: {
        commonName: "etcd-server",
        ...names([...serviceNames("etcd-client", namespace), ...members], local),
        // etcd also uses it to call itself.
        usages: ["server", "client"],
      },
    },
    {
      secret: "etcd-peer-tls",
      signer: "etcd-signer",
      profile: { commonName: "etcd-peer", ...names(members, local), usages: ["server", "client"] },
    },
    {
      secret: "etcd-client-tls",
      signer: "etcd-signer",
      profile: { commonName: "etcd-client", usages: ["client"] },
    },
  ];
}

function apiServer(plane: Facts): Leaf[] {
  const { namespace, spec, endpoints } = plane;
  const clients: Leaf[] = [
    {
      secret: "kas-aggregator-crt",
      signer: "aggregator-client-signer",
      profile: { commonName: "system:openshift-aggregator", usages: ["client"] },
    },
    {
      secret: "kas-kubelet-client-crt",
      signer: "kube-apiserver-to-kubelet-signer",
      profile: { commonName: "system:kube-apiserver", organizations: ["kube-master"], usages: ["client"] },
    },
  ];
  if (!endpoints.api) return clients;
  const inside = [
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
    "localhost",
  ];
  const external = [endpoints.api.host, ...(spec.kubeAPIServerDNSName ? [spec.kubeAPIServerDNSName] : [])];
  const advertised = spec.networking?.apiServer?.advertiseAddress;
  return [
    {
      secret: "kas-server-crt",
      signer: "root-ca",
      profile: {
        commonName: "kubernetes",
        ...names([...external, ...serviceNames("kube-apiserver", namespace)], {
          dnsNames: inside,
          addresses: [
            ...serviceNetworks(plane).map((cidr) => addressInNetwork(cidr, 1)),
            ...(advertised ? [advertised] : []),
            "127.0.0.1",
            "::1",
          ],
        }),
        usages: ["server"],
      },
    },
    ...clients,
  ];
}

function konnectivity({ namespace, endpoints }: Facts): Leaf[] {
  const agent: Leaf = {
    secret: "konnectivity-agent",
    signer: "konnectivity-signer",
    profile: { commonName: "konnectivity-agent", usages: ["client"] },
  };
  if (!endpoints.konnectivity) return [agent];
  return [
    {
      secret: "konnectivity-server",
      signer: "konnectivity-signer",
      profile: {
        commonName: "konnectivity-server",
        ...names([endpoints.konnectivity.host, ...serviceNames("konnectivity-server", namespace)], {
          dnsNames: ["localhost"],
        }),
        usages: ["server"],
      },
    },
    agent,
  ];
}

function ignition({ namespace, endpoints }: Facts): Leaf[] {
  if (!endpoints.ignition) return [];
  return [
    {
      secret: "ignition-server",
      signer: "root-ca",
      profile: {
        commonName: "ignition-server",
        ...names([endpoints.ignition.host, ...serviceNames("ignition-server", namespace)]),
        usages: ["server"],
      },
      labels: publishedLabel,
    },
  ];
}

/** Who calls the hosted API: each with a kubeconfig. */
function clients({ namespace, spec, endpoints }: Facts): Leaf[] {
  const next = "https://kube-apiserver:6443";
  const external = endpoints.api && `https://${hostPort(endpoints.api)}`;
  const admin = { commonName: "system:admin", organizations: ["system:masters"], usages: ["client" as const] };
  const program = (secret: string, commonName: string, organizations: string[] = []): Leaf => ({
    secret,
    signer: "kube-control-plane-signer",
    profile: { commonName, organizations, usages: ["client"] },
    kubeconfig: { key: "kubeconfig", server: next },
  });
  const person = (secret: string, server: string): Leaf => ({
    secret,
    signer: "system-admin-signer",
    profile: admin,
    kubeconfig: { key: "kubeconfig", server, forPeople: true },
    labels: publishedLabel,
  });
  return [
    ...(external
      ? [
          person("admin-kubeconfig", external),
          {
            secret: "bootstrap-kubeconfig",
            signer: "kube-control-plane-signer" as const,
            // Every machine of the cluster has it, and needs it for the minute in which it asks for one of its own.
            lifetime: { leafMs: 24 * hour, renewBeforeMs: 12 * hour },
            profile: {
              commonName: "system:bootstrapper",
              organizations: ["system:bootstrappers"],
              usages: ["client" as const],
            },
            kubeconfig: { key: "kubeconfig" as const, server: external, forPeople: true },
          },
        ]
      : []),
    ...(spec.kubeAPIServerDNSName && endpoints.api
      ? [
          person(
            "custom-admin-kubeconfig",
            `https://${hostPort({ ...endpoints.api, host: spec.kubeAPIServerDNSName })}`,
          ),
        ]
      : []),
    {
      ...program(`${spec.infraID}-kubeconfig`, "system:cluster-api", ["system:masters"]),
      kubeconfig: { key: "value", server: `https://kube-apiserver.${namespace}.svc:6443` },
      // Cluster API only finds it with these.
      labels: { "cluster.x-k8s.io/cluster-name": spec.infraID },
      type: "cluster.x-k8s.io/secret",
    },
    // The control-plane-operator's own. It makes ClusterRoles inside, and nobody may give a right they do not have; and
    // it has to get in before there is any RBAC, and where the administrator broke it: so it is one of the masters.
    {
      ...program("hcco-kubeconfig", "system:hosted-cluster-config", ["system:masters"]),
      signer: "hcco-signer",
    },
    ...["kube-controller-manager", "kube-scheduler"].map((name) => ({
      ...program(`${name}-kubeconfig`, `system:${name}`),
      kubeconfig: { key: "kubeconfig" as const, server: next, withFiles: true },
    })),
  ];
}
