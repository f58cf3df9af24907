import type * as core from "kubernetes-types/core/v1.js";
import { clusterKind } from "../../kube/kind.ts";
import type { PersistentVolumeClaim } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";

export type PersistentVolume = core.PersistentVolume & Resource;
export const PersistentVolume = clusterKind<PersistentVolume>("v1", "PersistentVolume", "persistentvolumes");

/** The StorageClass's provisioner. */
export const provisioner = "roost.local/directory";

const provisionedBy = "pv.kubernetes.io/provisioned-by";

/** True where Kubernetes waits for us to make the claim's volume. */
export function wantsVolume({ metadata, spec, status }: PersistentVolumeClaim): boolean {
  const asked = metadata?.annotations?.["volume.kubernetes.io/storage-provisioner"];
  return asked === provisioner && !spec?.volumeName && status?.phase !== "Bound" && !metadata?.deletionTimestamp;
}

/** The volume of a claim: a directory below `folder`. */
export function volumeOf({ metadata, spec }: PersistentVolumeClaim, folder: string): PersistentVolume {
  const { name, namespace, uid } = metadata ?? {};
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `pvc-${uid}`, annotations: { [provisionedBy]: provisioner } },
    spec: {
      accessModes: spec?.accessModes,
      capacity: { storage: spec?.resources?.requests?.storage ?? "1Gi" },
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid },
      hostPath: { path: `${folder}/${namespace}_${name}_${uid}`, type: "" },
      persistentVolumeReclaimPolicy: "Delete",
      storageClassName: spec?.storageClassName,
    },
  };
}

/** The directory that goes away with a volume of ours whose claim is gone; nothing where the volume is to stay. */
export function directoryToRemove({ metadata, spec, status }: PersistentVolume, folder: string): string | undefined {
  const ours = metadata?.annotations?.[provisionedBy] === provisioner;
  const path = spec?.hostPath?.path ?? "";
  const released = status?.phase === "Released" && spec?.persistentVolumeReclaimPolicy === "Delete";
  return ours && released && path.startsWith(`${folder}/`) && !path.includes("..") ? path : undefined;
}
