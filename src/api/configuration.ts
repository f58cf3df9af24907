// Kinds of config.openshift.io, which a hosted cluster shows its users as an OpenShift cluster does. All are singletons
// named `cluster` (ClusterVersion: `version`), but ClusterOperator, of which there is one for each part.
import type { Static } from "typebox";
import { clusterKind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { Condition } from "./condition.ts";
import type { configuration } from "./schema/configuration/configuration.ts";
import type { versionStatus } from "./schema/version-status.ts";

/** `spec.configuration` of a HostedCluster. */
export type Configuration = Static<typeof configuration>;
type Section<K extends keyof Configuration> = NonNullable<Configuration[K]>;

const version = "config.openshift.io/v1";

/** A condition of a kind whose conditions have no observedGeneration and may lack reason and message. */
type OperatorCondition = Omit<Condition, "reason" | "message" | "observedGeneration"> & {
  reason?: string;
  message?: string;
};

export type ClusterVersion = Resource & {
  spec: {
    clusterID: string;
    channel?: string;
    upstream?: string;
    desiredUpdate?: { version?: string; image?: string; force?: boolean; architecture?: string };
    capabilities?: { baselineCapabilitySet?: string; additionalEnabledCapabilities?: string[] };
    overrides?: { kind: string; group: string; namespace: string; name: string; unmanaged: boolean }[];
  };
  status?: Static<ReturnType<typeof versionStatus>> & {
    versionHash?: string;
    capabilities?: { enabledCapabilities?: string[]; knownCapabilities?: string[] };
    conditions?: OperatorCondition[];
  };
};
export const ClusterVersion = clusterKind<ClusterVersion>(version, "ClusterVersion", "clusterversions");

export type ClusterOperator = Resource & {
  spec: object;
  status?: {
    conditions?: OperatorCondition[];
    versions?: { name: string; version: string }[];
    relatedObjects?: { group: string; resource: string; namespace?: string; name: string }[];
    extension?: unknown;
  };
};
export const ClusterOperator = clusterKind<ClusterOperator>(version, "ClusterOperator", "clusteroperators");

export type Infrastructure = Resource & {
  spec: {
    cloudConfig?: { name?: string; key?: string };
    platformSpec?: { type?: string; [platform: string]: unknown };
  };
  status?: {
    infrastructureName?: string;
    platform?: string;
    platformStatus?: { type?: string; [platform: string]: unknown };
    etcdDiscoveryDomain?: string;
    apiServerURL?: string;
    apiServerInternalURI?: string;
    controlPlaneTopology?: "HighlyAvailable" | "SingleReplica" | "External";
    infrastructureTopology?: "HighlyAvailable" | "SingleReplica";
    cpuPartitioning?: "None" | "AllNodes";
  };
};
export const Infrastructure = clusterKind<Infrastructure>(version, "Infrastructure", "infrastructures");

export type DNS = Resource & {
  spec: { baseDomain?: string; publicZone?: { id?: string }; privateZone?: { id?: string } };
  status?: object;
};
export const DNS = clusterKind<DNS>(version, "DNS", "dnses");

export type APIServer = Resource & { spec: Section<"apiServer">; status?: object };
export const APIServer = clusterKind<APIServer>(version, "APIServer", "apiservers");

export type Authentication = Resource & {
  spec: Section<"authentication">;
  status?: { integratedOAuthMetadata?: { name: string }; oidcClients?: object[] };
};
export const Authentication = clusterKind<Authentication>(version, "Authentication", "authentications");

export type FeatureGate = Resource & {
  spec: Section<"featureGate">;
  status?: { featureGates?: { version: string; enabled?: { name: string }[]; disabled?: { name: string }[] }[] };
};
export const FeatureGate = clusterKind<FeatureGate>(version, "FeatureGate", "featuregates");

export type Image = Resource & { spec: Section<"image">; status?: object };
export const Image = clusterKind<Image>(version, "Image", "images");

export type Ingress = Resource & { spec: Section<"ingress">; status?: object };
export const Ingress = clusterKind<Ingress>(version, "Ingress", "ingresses");

export type Network = Resource & {
  spec: Section<"network">;
  status?: {
    clusterNetwork?: { cidr: string; hostPrefix?: number }[];
    serviceNetwork?: string[];
    networkType?: string;
    clusterNetworkMTU?: number;
  };
};
export const Network = clusterKind<Network>(version, "Network", "networks");

export type OAuth = Resource & { spec: Section<"oauth">; status?: object };
export const OAuth = clusterKind<OAuth>(version, "OAuth", "oauths");

export type OperatorHub = Resource & { spec: Section<"operatorhub">; status?: object };
export const OperatorHub = clusterKind<OperatorHub>(version, "OperatorHub", "operatorhubs");

export type Proxy = Resource & {
  spec: Section<"proxy">;
  status?: { httpProxy?: string; httpsProxy?: string; noProxy?: string };
};
// biome-ignore lint/suspicious/noShadowRestrictedNames: a kind's value carries the name of the kind.
export const Proxy = clusterKind<Proxy>(version, "Proxy", "proxies");

export type Scheduler = Resource & { spec: Section<"scheduler">; status?: object };
export const Scheduler = clusterKind<Scheduler>(version, "Scheduler", "schedulers");

export interface Mirrors {
  source: string;
  mirrors?: string[];
  mirrorSourcePolicy?: "NeverContactSource" | "AllowContactingSource";
}

export type ImageDigestMirrorSet = Resource & { spec: { imageDigestMirrors?: Mirrors[] }; status?: object };
export const ImageDigestMirrorSet = clusterKind<ImageDigestMirrorSet>(
  version,
  "ImageDigestMirrorSet",
  "imagedigestmirrorsets",
);

export type ImageTagMirrorSet = Resource & { spec: { imageTagMirrors?: Mirrors[] }; status?: object };
export const ImageTagMirrorSet = clusterKind<ImageTagMirrorSet>(version, "ImageTagMirrorSet", "imagetagmirrorsets");
