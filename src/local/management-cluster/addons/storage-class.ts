import type { StorageClass } from "../../../kube/kinds.ts";
import { provisioner } from "../../volumes/persistent-volume.ts";

/** Where the data of PersistentVolumes of both classes lies on the machine. */
export const volumeFolder = "/var/lib/local-path";

/** The class of claims that name none. */
const defaultClass: keyof typeof provisioners = "directory";

const provisioners = {
  /** By our stand-in for a cloud, in the time of two requests. */
  directory: provisioner,
  /** By local-path-provisioner, which starts a pod for each volume. */
  "local-path": "rancher.io/local-path",
};

/** A class of volumes that are directories of the machine. */
export function storageClass(name: keyof typeof provisioners): StorageClass {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name,
      annotations: { "storageclass.kubernetes.io/is-default-class": String(name === defaultClass) },
    },
    provisioner: provisioners[name],
    // With "Immediate", the scheduler tries before there is a volume, and again a second later only.
    volumeBindingMode: "WaitForFirstConsumer",
    reclaimPolicy: "Delete",
  };
}
