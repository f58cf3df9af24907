/** What the installed objects are made from. */
export interface InstallFacts {
  namespace: string;
  images: { roost: string; clusterApi: string; recovery?: string; externalDns?: string };
  /** The release that clusters get where nothing else is asked for. */
  defaultRelease?: string;
  supportedVersions: readonly string[];
  /** Where releases of hosted clusters may come from. */
  allowedReleases: readonly string[];
  /** Annotations of HostedClusters that loosen the boundary and are obeyed all the same. */
  allowedOverrides: readonly string[];
  serverVersion: string;
  pullPolicy: "Always" | "IfNotPresent";
  /** The text of a dockerconfigjson. */
  pullSecret?: string;
  trustBundle?: { pem: string; hash: string };
  /** Blocks of addresses that control planes may not reach. */
  egressBlockCidrs: string[];
  /** Variables for the operator's process, such as METRICS_SET. */
  environment: Record<string, string>;
  /** The flags as they were given, for the record. */
  flags: string;
  externalDns?: ExternalDns;
}

/** How names are kept in DNS. */
export interface ExternalDns {
  provider: string;
  domainFilter?: string;
  ownerId?: string;
  interval?: string;
  /** A Secret with key `credentials`: made from `credentials` where that is given. */
  secret?: string;
  credentials?: string;
  /** Arguments handed to external-dns as they are. */
  args: string[];
}
