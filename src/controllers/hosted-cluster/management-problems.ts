import { overlaps, parseCidr } from "../../api/cidr.ts";
import type { HostedCluster } from "../../api/hosted-cluster.ts";
import { Node, PersistentVolume, ServiceCidr, StorageClass } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { type ManagementNetworks, managementNetworks } from "../network-policy/management-networks.ts";

/** What there is in the management cluster that a new control plane depends on. */
export interface Management {
  networks: Pick<ManagementNetworks, "pods" | "others">;
  storageClasses: readonly StorageClass[];
  /** Whether there are volumes without a class, made by hand, that a claim without one can take. */
  hasVolumes: boolean;
}

/** Reads it. Only asked before a control plane is made: afterwards it stands, whatever was right or wrong then. */
export async function lookAtManagement(kube: Kube): Promise<Management> {
  const [nodes, serviceCidrs, storageClasses, volumes] = await Promise.all([
    kube.list(Node),
    // Not every Kubernetes serves them.
    kube.list(ServiceCidr, { optional: true }),
    kube.list(StorageClass),
    kube.list(PersistentVolume),
  ]);
  return {
    networks: managementNetworks({ nodes, serviceCidrs, apiSlices: [], blocked: [] }),
    storageClasses,
    hasVolumes: volumes.some(({ spec }) => !spec?.storageClassName),
  };
}

/** Where the networks asked for are those of the management cluster: its nodes and Services could not be told apart. */
export function clashProblems({ spec }: HostedCluster, { networks }: Pick<Management, "networks">): string[] {
  const theirs = [
    ...networks.pods.map((text) => ({ text, what: "its pods" })),
    ...networks.others.map((text) => ({ text, what: "its Services or nodes" })),
  ];
  const ours = (["clusterNetwork", "serviceNetwork"] as const).flatMap((field) =>
    (spec.networking?.[field] ?? []).map(({ cidr }, index) => ({ name: `networking.${field}[${index}]`, text: cidr })),
  );
  return ours.flatMap(({ name, text }) => {
    const clash = theirs.find((each) => share(each.text, text));
    return clash
      ? [
          `${name} ${text} overlaps ${clash.text} of the management cluster (${clash.what}): delete the HostedCluster, and make it with a network that nothing else has`,
        ]
      : [];
  });
}

function share(a: string, b: string): boolean {
  const [x, y] = [parseCidr(a), parseCidr(b)];
  return x !== undefined && y !== undefined && overlaps(x, y);
}

/** Why nobody would make the volumes of etcd. */
export function storageProblems(
  { spec }: HostedCluster,
  { storageClasses, hasVolumes }: Pick<Management, "storageClasses" | "hasVolumes">,
): string[] {
  if (spec.etcd.managementType !== "Managed") return [];
  const field = "etcd.managed.storage.persistentVolume.storageClassName";
  const asked = spec.etcd.managed?.storage.persistentVolume?.storageClassName;
  const names = storageClasses.map(({ metadata }) => metadata?.name ?? "").sort();
  const there = names.length > 0 ? `there is ${names.join(", ")}` : "there is none";
  if (asked) {
    if (names.includes(asked)) return [];
    return [
      `${field} names the StorageClass ${asked}, which the management cluster does not have (${there}): create it`,
    ];
  }
  if (hasVolumes || storageClasses.some(isDefault)) return [];
  return [
    `etcd needs volumes, and no StorageClass of the management cluster is the default (${there}): annotate one with storageclass.kubernetes.io/is-default-class=true, or make the HostedCluster anew with ${field}`,
  ];
}

function isDefault({ metadata }: StorageClass): boolean {
  return metadata?.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true";
}
