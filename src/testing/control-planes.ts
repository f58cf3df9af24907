import type { HostedControlPlane } from "../api/index.ts";
import { bundles, leaves, signers } from "../control-plane/certificates.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { unpublishedServices } from "../control-plane/endpoints.ts";
import { ordersName } from "../control-plane/etcd/orders.ts";
import { release } from "../release/release.ts";

type Spec = HostedControlPlane["spec"];

const digest = (letter: string) => `registry.example.com/roost/image@sha256:${letter.repeat(64)}`;

/** A release with the images that control planes are made of. */
export const aRelease = release("registry.example.com/roost/release:1.34.4", `sha256:${"f".repeat(64)}`, {
  version: "1.34.4",
  previous: ["1.34.3"],
  metadata: {},
  images: {
    etcd: digest("1"),
    "kube-apiserver": digest("2"),
    "kube-controller-manager": digest("3"),
    "kube-scheduler": digest("4"),
    "apiserver-network-proxy": digest("5"),
    roost: digest("6"),
    kubelet: digest("7"),
    cli: digest("8"),
    pause: digest("9"),
    coredns: digest("a"),
    "kube-proxy": digest("b"),
    network: digest("c"),
  },
});

/** The spec of a HostedControlPlane named demo, of one replica, behind load balancers. */
export function aSpec(changes: Partial<Spec> = {}): Spec {
  return {
    releaseImage: aRelease.pullSpec,
    clusterID: "3f6b1a52-60b4-4a55-9b0f-0a3e2b6a1c11",
    infraID: "demo-abcde",
    issuerURL: "https://kubernetes.default.svc",
    platform: { type: "None" },
    pullSecret: { name: "pull-secret" },
    sshKey: { name: "ssh-key" },
    dns: { baseDomain: "example.com" },
    networking: {
      networkType: "OVNKubernetes",
      clusterNetwork: [{ cidr: "10.132.0.0/14" }],
      serviceNetwork: [{ cidr: "172.31.0.0/16" }],
    },
    services: [
      {
        service: "APIServer",
        servicePublishingStrategy: { type: "LoadBalancer", loadBalancer: { hostname: "api-demo.example.com" } },
      },
      { service: "OAuthServer", servicePublishingStrategy: { type: "LoadBalancer" } },
      { service: "Konnectivity", servicePublishingStrategy: { type: "LoadBalancer" } },
      { service: "Ignition", servicePublishingStrategy: { type: "LoadBalancer" } },
    ],
    etcd: {
      managementType: "Managed",
      managed: { storage: { type: "PersistentVolume", persistentVolume: { size: "8Gi" } } },
    },
    controllerAvailabilityPolicy: "SingleReplica",
    ...changes,
  } as Spec;
}

/** Facts of a control plane whose keys are all there. */
export function aControlPlane(
  changes: Partial<Omit<ControlPlane, "spec">> & { spec?: Partial<Spec> } = {},
): ControlPlane {
  const plane: ControlPlane = {
    name: "demo",
    namespace: "clusters-demo",
    annotations: {},
    release: aRelease,
    endpoints: {
      api: { host: "api-demo.example.com", port: 6443 },
      konnectivity: { host: "192.0.2.2", port: 8091 },
      ignition: { host: "192.0.2.3", port: 443 },
    },
    contents: {},
    started: true,
    nodes: 2,
    routes: false,
    ...changes,
    spec: aSpec(changes.spec),
  };
  const keys = [...signers, ...leaves(plane).map(({ secret }) => secret), "service-account-signing-key"];
  const contents = [
    ...keys.map((name) => `Secret/${name}`),
    ...Object.keys(bundles).map((name) => `ConfigMap/${name}`),
    `ConfigMap/${ordersName}`,
  ];
  return { ...plane, contents: { ...Object.fromEntries(contents.map((key) => [key, "0"])), ...plane.contents } };
}

const nodePort = (port?: number) =>
  ({ type: "NodePort", nodePort: { address: "192.0.2.1", ...(port && { port }) } }) as const;

/** The kinds of control planes that fixtures are kept for. */
export const variants: Record<string, ControlPlane> = {
  single: aControlPlane(),
  starting: aControlPlane({ started: false, nodes: 0 }),
  ha: aControlPlane({
    spec: {
      controllerAvailabilityPolicy: "HighlyAvailable",
      nodeSelector: { "example.com/pool": "planes" },
      labels: { team: "red" },
      tolerations: [{ key: "example.com/planes", operator: "Exists" }],
    },
  }),
  nodeport: aControlPlane({
    endpoints: {
      api: { host: "192.0.2.1", port: 30443 },
      konnectivity: { host: "192.0.2.1", port: 30891 },
      ignition: { host: "192.0.2.1", port: 30090 },
    },
    spec: {
      services: [
        { service: "APIServer", servicePublishingStrategy: nodePort(30443) },
        { service: "OAuthServer", servicePublishingStrategy: nodePort() },
        { service: "Konnectivity", servicePublishingStrategy: nodePort() },
        { service: "Ignition", servicePublishingStrategy: nodePort() },
      ],
    },
  }),
  encrypted: aControlPlane({
    encryption: {
      active: { name: "demo-etcd-encryption-key", secret: Buffer.alloc(32, 1).toString("base64") },
      backup: { name: "demo-etcd-encryption-key-old", secret: Buffer.alloc(32, 2).toString("base64") },
    },
    spec: {
      secretEncryption: {
        type: "aescbc",
        aescbc: {
          activeKey: { name: "demo-etcd-encryption-key" },
          backupKey: { name: "demo-etcd-encryption-key-old" },
        },
      },
    },
  }),
  configured: aControlPlane({
    annotations: {
      "hypershift.openshift.io/kube-apiserver-gogc": "90",
      "hypershift.openshift.io/kube-apiserver-gomemlimit": "1GiB",
      "hypershift.openshift.io/restart-date": "2026-11-21",
      "resource-request-override.hypershift.openshift.io/kube-apiserver.kube-apiserver": "cpu=1,memory=2Gi",
    },
    spec: {
      auditWebhook: { name: "audit-webhook" },
      kubeAPIServerDNSName: "kube.example.com",
      networking: {
        networkType: "Other",
        clusterNetwork: [{ cidr: "10.132.0.0/14", hostPrefix: 24 }, { cidr: "fd01::/48" }],
        serviceNetwork: [{ cidr: "172.31.0.0/16" }, { cidr: "fd02::/112" }],
        allocateNodeCIDRs: "Enabled",
        apiServer: { allowedCIDRBlocks: ["198.51.100.0/24"] },
      },
      configuration: {
        apiServer: {
          audit: { profile: "WriteRequestBodies", customRules: [{ group: "robots", profile: "None" }] },
          servingCerts: {
            namedCertificates: [{ names: ["kube.example.com"], servingCertificate: { name: "kube-cert" } }],
          },
          tlsSecurityProfile: { type: "Modern", modern: {} },
          additionalCORSAllowedOrigins: ["//console.example.com(:|$)"],
        },
        featureGate: { featureSet: "CustomNoUpgrade", customNoUpgrade: { enabled: ["InPlacePodVerticalScaling"] } },
        scheduler: { profile: "HighNodeUtilization" },
      },
    },
  }),
  unpublished: aControlPlane({
    endpoints: {
      api: { host: "kube-apiserver.clusters-demo.svc", port: 6443 },
      konnectivity: { host: "konnectivity-server.clusters-demo.svc", port: 8091 },
    },
    annotations: { "hypershift.openshift.io/disable-ignition-server": "true" },
    spec: { services: unpublishedServices() },
  }),
  "unmanaged-etcd": aControlPlane({
    spec: {
      etcd: {
        managementType: "Unmanaged",
        unmanaged: { endpoint: "https://etcd.example.com:2379", tls: { clientSecret: { name: "my-etcd" } } },
      },
    },
  }),
};
