import type { IgnitionConfig } from "./config.ts";

/** A MachineConfig of OpenShift's machine-config-operator, as far as Roost serves it: files, units and users. */
export interface MachineConfig {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels?: Record<string, string> };
  spec?: { config?: IgnitionConfig; [field: string]: unknown };
}

const machineConfigApiVersion = "machineconfiguration.openshift.io/v1";

/** A configuration in the wrapping that ConfigMaps of node configuration have. */
export function machineConfig(name: string, config: IgnitionConfig): MachineConfig {
  return { apiVersion: machineConfigApiVersion, kind: "MachineConfig", metadata: { name }, spec: { config } };
}

/** Kinds that HyperShift takes as node configuration. Of these Roost acts on MachineConfig; the others wait for theirs. */
const servedKinds = ["MachineConfig"];
const laterKinds = [
  "KubeletConfig",
  "ContainerRuntimeConfig",
  "ImageContentSourcePolicy",
  "ImageDigestMirrorSet",
  "ImageTagMirrorSet",
  "ClusterImagePolicy",
];

/** What is wrong with a piece of node configuration, in a sentence that says what to write, or nothing. */
export function faultOf(document: unknown): string | undefined {
  const given = document as Partial<MachineConfig> | null;
  if (typeof given !== "object" || given === null)
    return "is not a Kubernetes object: write apiVersion, kind, metadata and spec";
  if (!given.kind) return "has no kind: write `kind: MachineConfig`";
  if (laterKinds.includes(given.kind))
    return `is of kind ${given.kind}, which this version does not serve yet: use a MachineConfig that writes the file`;
  if (!servedKinds.includes(given.kind))
    return `is of kind ${given.kind}: node configuration takes ${servedKinds.join(", ")}`;
  if (!given.metadata?.name) return "has no metadata.name: give it one";
  return faultOfIgnition(given.spec?.config);
}

function faultOfIgnition(config: unknown): string | undefined {
  if (config === undefined) return undefined;
  const { ignition, storage, systemd } = config as Partial<IgnitionConfig>;
  const version = ignition?.version;
  if (!version) return "has no spec.config.ignition.version: write 3.2.0";
  if (!/^3\.[0-3]\.0$/.test(version))
    return `has spec.config.ignition.version ${version}: versions 3.0.0 to 3.3.0 are served`;
  if (ignition?.config?.merge?.length || ignition?.config?.replace?.source) {
    return "fetches a further configuration (ignition.config): write its files and units here";
  }
  for (const part of ["disks", "filesystems", "luks", "raid"] as const) {
    if (storage?.[part]?.length)
      return `sets storage.${part}: the disks of a node cannot be laid out by a MachineConfig`;
  }
  const file = storage?.files?.find((each) => !each.path?.startsWith("/"));
  if (file) return `has a file of path ${JSON.stringify(file.path ?? "")}: write an absolute path`;
  const unit = systemd?.units?.find((each) => !each.name);
  if (unit) return "has a unit without a name";
  return undefined;
}
