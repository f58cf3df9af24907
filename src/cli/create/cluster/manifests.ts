import type { HostedCluster } from "../../../api/hosted-cluster.ts";
import type { NodePool } from "../../../api/node-pool.ts";
import type { ConfigMap, Secret } from "../../../kube/kinds.ts";
import type { Resource } from "../../../kube/resource.ts";
import type { Values } from "../../command.ts";
import type { commonArgs } from "./common-args.ts";
import { imageSources, tolerations } from "./read-flags.ts";
import { type Publishing, services } from "./services.ts";

export type CommonValues = Values<typeof commonArgs>;

/** What a platform's command adds to the common flags. */
export interface PlatformChoice {
  platform: HostedCluster["spec"]["platform"];
  publishing: Publishing;
  /** The NodePools' names and platform parts; HyperShift makes one, AWS one per zone. */
  pools: { name: string; platform: NodePool["spec"]["platform"]; replicas?: number }[];
  upgradeType: "Replace" | "InPlace";
  /** More objects that the platform part refers to. */
  more?: Resource[];
  /** Over the HostedCluster's spec. */
  spec?: Partial<HostedCluster["spec"]>;
}

/** What is made up: the same input gives the same manifests. */
interface Generated {
  /** 32 bytes that Secrets are encrypted with in etcd. */
  etcdEncryptionKey: Buffer;
  sshKey?: { publicKey: string; privateKey: string };
}

/** On objects that only exist for the cluster: `hcp destroy cluster` takes them away with it. */
export const safeToDeleteLabel = "hypershift.openshift.io/safe-to-delete-with-cluster";

/** Everything that `hcp create cluster` makes, in the order in which it is made. */
export function clusterManifests(args: CommonValues, choice: PlatformChoice, generated: Generated): Resource[] {
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: args.namespace } },
    ...secrets(args, generated),
    ...trustBundle(args),
    ...(choice.more ?? []),
    hostedCluster(args, choice),
    ...choice.pools.map((pool) => nodePool(args, choice, pool)),
  ];
}

function secrets(args: CommonValues, { etcdEncryptionKey, sshKey }: Generated): Resource[] {
  const secret = (suffix: string, type: string, data: Record<string, string | Buffer>): Secret => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `${args.name}-${suffix}`, namespace: args.namespace, labels: { [safeToDeleteLabel]: "true" } },
    type,
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")])),
  });
  return [
    secret("pull-secret", "kubernetes.io/dockerconfigjson", { ".dockerconfigjson": args.pullSecret.text }),
    ...(sshKey || args.sshKey
      ? [
          secret("ssh-key", "Opaque", {
            "id_rsa.pub": sshKey?.publicKey ?? args.sshKey?.text ?? "",
            ...(sshKey ? { id_rsa: sshKey.privateKey } : {}),
          }),
        ]
      : []),
    secret("etcd-encryption-key", "Opaque", { key: etcdEncryptionKey }),
  ];
}

function trustBundle(args: CommonValues): ConfigMap[] {
  if (!args.additionalTrustBundle) return [];
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name: `${args.name}-user-ca-bundle`,
        namespace: args.namespace,
        labels: { [safeToDeleteLabel]: "true" },
      },
      data: { "ca-bundle.crt": args.additionalTrustBundle.text },
    },
  ];
}

function hostedCluster(args: CommonValues, choice: PlatformChoice): HostedCluster {
  const annotations = {
    ...args.annotations,
    ...(args.controlPlaneOperatorImage
      ? { "hypershift.openshift.io/control-plane-operator-image": args.controlPlaneOperatorImage }
      : {}),
  };
  return {
    apiVersion: "hypershift.openshift.io/v1beta1",
    kind: "HostedCluster",
    metadata: {
      name: args.name,
      namespace: args.namespace,
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
      ...(Object.keys(args.labels).length > 0 ? { labels: args.labels } : {}),
    },
    spec: {
      release: { image: args.releaseImage ?? "" },
      ...(args.infraId ? { infraID: args.infraId } : {}),
      pullSecret: { name: `${args.name}-pull-secret` },
      ...(args.sshKey || args.generateSsh ? { sshKey: { name: `${args.name}-ssh-key` } } : {}),
      ...(args.additionalTrustBundle ? { additionalTrustBundle: { name: `${args.name}-user-ca-bundle` } } : {}),
      ...(args.imageContentSources ? { imageContentSources: imageSources(args.imageContentSources) } : {}),
      controllerAvailabilityPolicy: args.controlPlaneAvailabilityPolicy,
      infrastructureAvailabilityPolicy: args.infraAvailabilityPolicy,
      ...(args.baseDomain ? { dns: dns(args) } : {}),
      networking: networking(args),
      services: services(args.name, choice.publishing),
      ...(args.kasDnsName ? { kubeAPIServerDNSName: args.kasDnsName } : {}),
      platform: choice.platform,
      etcd: etcd(args),
      secretEncryption: { type: "aescbc", aescbc: { activeKey: { name: `${args.name}-etcd-encryption-key` } } },
      olmCatalogPlacement: args.olmCatalogPlacement,
      fips: args.fips,
      ...configuration(args),
      ...operatorConfiguration(args),
      ...capabilities(args),
      ...(Object.keys(args.nodeSelector).length > 0 ? { nodeSelector: args.nodeSelector } : {}),
      ...(args.toleration.length > 0 ? { tolerations: tolerations(args.toleration) } : {}),
      ...(Object.keys(args.podsLabels).length > 0 ? { labels: args.podsLabels } : {}),
      ...(args.pausedUntil ? { pausedUntil: args.pausedUntil } : {}),
      ...choice.spec,
    } as HostedCluster["spec"],
  };
}

function dns({ baseDomain = "", baseDomainPrefix }: CommonValues): HostedCluster["spec"]["dns"] {
  if (baseDomainPrefix === undefined) return { baseDomain };
  return { baseDomain, baseDomainPrefix: baseDomainPrefix === "none" ? "" : baseDomainPrefix };
}

function networking(args: CommonValues): HostedCluster["spec"]["networking"] {
  const blocks = (cidrs: readonly string[]) => cidrs.map((cidr) => ({ cidr }));
  return {
    networkType: args.networkType,
    clusterNetwork: blocks(args.defaultDual ? ["10.132.0.0/14", "fd01::/48"] : args.clusterCidr),
    serviceNetwork: blocks(args.defaultDual ? ["172.31.0.0/16", "fd02::/112"] : args.serviceCidr),
    ...(args.machineCidr.length > 0 ? { machineNetwork: blocks(args.machineCidr) } : {}),
    ...(args.allocateNodeCidrs ? { allocateNodeCIDRs: "Enabled" as const } : {}),
  };
}

function etcd(args: CommonValues): HostedCluster["spec"]["etcd"] {
  return {
    managementType: "Managed",
    managed: {
      storage: {
        type: "PersistentVolume",
        persistentVolume: {
          size: args.etcdStorageSize,
          ...(args.etcdStorageClass ? { storageClassName: args.etcdStorageClass } : {}),
        },
      },
    },
  };
}

function configuration(args: CommonValues): Partial<HostedCluster["spec"]> {
  const parts = {
    ...(args.featureSet ? { featureGate: { featureSet: args.featureSet } } : {}),
    ...(args.olmDisableDefaultSources ? { operatorhub: { disableAllDefaultSources: true } } : {}),
  };
  return Object.keys(parts).length > 0 ? { configuration: parts } : {};
}

function operatorConfiguration(args: CommonValues): Partial<HostedCluster["spec"]> {
  const network = {
    ...(args.disableMultiNetwork ? { disableMultiNetwork: true } : {}),
    ...(args.ovnKubernetesMtu ? { ovnKubernetesConfig: { mtu: args.ovnKubernetesMtu } } : {}),
  };
  return Object.keys(network).length > 0 ? { operatorConfiguration: { clusterNetworkOperator: network } } : {};
}

function capabilities(args: CommonValues): Partial<HostedCluster["spec"]> {
  const { enableClusterCapabilities: enabled, disableClusterCapabilities: disabled } = args;
  if (enabled.length + disabled.length === 0) return {};
  return {
    capabilities: {
      ...(enabled.length > 0 ? { enabled: [...enabled].sort() } : {}),
      ...(disabled.length > 0 ? { disabled: [...disabled].sort() } : {}),
    },
  } as Partial<HostedCluster["spec"]>;
}

function nodePool(args: CommonValues, choice: PlatformChoice, pool: PlatformChoice["pools"][number]): NodePool {
  return {
    apiVersion: "hypershift.openshift.io/v1beta1",
    kind: "NodePool",
    metadata: { name: pool.name, namespace: args.namespace },
    spec: {
      clusterName: args.name,
      replicas: pool.replicas ?? args.nodePoolReplicas,
      release: { image: args.releaseImage ?? "" },
      arch: args.arch,
      management: { autoRepair: args.autoRepair, upgradeType: args.nodeUpgradeType ?? choice.upgradeType },
      ...(args.nodeDrainTimeout ? { nodeDrainTimeout: args.nodeDrainTimeout } : {}),
      ...(args.nodeVolumeDetachTimeout ? { nodeVolumeDetachTimeout: args.nodeVolumeDetachTimeout } : {}),
      platform: pool.platform,
    } as NodePool["spec"],
  };
}
