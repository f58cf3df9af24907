import { type CertificateProfile, createSigningKey, type KeyPair } from "../../pki/certificate.ts";
import type { StateFiles } from "../state-files.ts";
import { apiServiceAddress, type Cluster } from "./cluster.ts";

/** The keys of a management cluster. */
export interface ClusterKeys {
  authority: KeyPair;
  /** Signs what the API server shows to aggregated API servers. */
  aggregationAuthority: KeyPair;
  apiServer: KeyPair;
  apiServerToKubelet: KeyPair;
  aggregationClient: KeyPair;
  kubeletServing: KeyPair;
  serviceAccountKey: string;
  clients: Record<Client, KeyPair>;
}

export type Client = "admin" | "kubelet" | "kube-controller-manager" | "kube-scheduler" | "kube-proxy";

/** The keys of the cluster, made where they are not in `files` yet. */
export async function clusterKeys(cluster: Cluster, files: StateFiles): Promise<ClusterKeys> {
  const authority = await files.authority("pki/ca", `Kubernetes ${cluster.name}`);
  const aggregationAuthority = await files.authority("pki/aggregation-ca", `Kubernetes ${cluster.name} aggregation`);
  const leaf = (name: string, profile: CertificateProfile, by = authority) =>
    files.certificate(`pki/${name}`, profile, by);
  const clients = {} as Record<Client, KeyPair>;
  for (const [name, identity] of Object.entries(identities(cluster)) as [Client, Identity][]) {
    clients[name] = await leaf(`client-${name}`, { ...identity, usages: ["client"] });
  }
  return {
    authority,
    aggregationAuthority,
    clients,
    apiServer: await leaf("kube-apiserver", {
      commonName: "kube-apiserver",
      dnsNames: [cluster.name, "localhost", ...kubernetesNames],
      addresses: [cluster.address, "127.0.0.1", apiServiceAddress(cluster)],
      usages: ["server"],
    }),
    apiServerToKubelet: await leaf("kube-apiserver-kubelet", {
      commonName: "kube-apiserver-kubelet-client",
      organizations: ["system:masters"],
      usages: ["client"],
    }),
    aggregationClient: await leaf(
      "aggregation-client",
      { commonName: "front-proxy-client", usages: ["client"] },
      aggregationAuthority,
    ),
    kubeletServing: await leaf("kubelet-serving", {
      commonName: `system:node:${cluster.name}`,
      organizations: ["system:nodes"],
      dnsNames: [cluster.name],
      addresses: [cluster.address],
      usages: ["server"],
    }),
    serviceAccountKey: await files.once("pki/service-account.key", () => createSigningKey().key),
  };
}

interface Identity {
  commonName: string;
  organizations?: string[];
}

const kubernetesNames = [
  "kubernetes",
  "kubernetes.default",
  "kubernetes.default.svc",
  "kubernetes.default.svc.cluster.local",
];

function identities(cluster: Cluster): Record<Client, Identity> {
  return {
    admin: { commonName: "admin", organizations: ["system:masters"] },
    kubelet: { commonName: `system:node:${cluster.name}`, organizations: ["system:nodes"] },
    "kube-controller-manager": { commonName: "system:kube-controller-manager" },
    "kube-scheduler": { commonName: "system:kube-scheduler" },
    "kube-proxy": { commonName: "system:kube-proxy" },
  };
}
