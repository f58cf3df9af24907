import type { StorageClass } from "../../../kube/kinds.ts";
import type { Resource } from "../../../kube/resource.ts";
import { provisioner } from "../../volumes/persistent-volume.ts";
import type { Cluster } from "../cluster.ts";
import { deployment } from "./deployment.ts";
import { localNamespace } from "./namespace.ts";
import { read, serviceAccountWith } from "./role.ts";

const name = "local-cloud";

/** Where the data of PersistentVolumes lies on the machine. */
export const volumeFolder = "/var/lib/local-path";

/** Gives Services of type LoadBalancer their addresses and PersistentVolumeClaims their volumes; from the roost image. */
export function localCloud({ pool }: Cluster, image: string): Resource[] {
  const storageClass: StorageClass = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "directory", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner,
    // With "Immediate", the scheduler tries before there is a volume, and again a second later only.
    volumeBindingMode: "WaitForFirstConsumer",
    reclaimPolicy: "Delete",
  };
  return [
    storageClass,
    ...serviceAccountWith(name, localNamespace, [
      { group: "", resources: ["services", "persistentvolumeclaims"], verbs: read },
      { group: "", resources: ["services/status"], verbs: ["update", "patch"] },
      { group: "", resources: ["persistentvolumes"], verbs: [...read, "create", "delete"] },
    ]),
    deployment({
      name,
      namespace: localNamespace,
      container: {
        image,
        args: ["local-cloud", `--pool=${pool}`, `--volumes=${volumeFolder}`],
        volumeMounts: [{ name: "volumes", mountPath: volumeFolder }],
        resources: { requests: { cpu: "10m", memory: "50Mi" } },
      },
      volumes: [{ name: "volumes", hostPath: { path: volumeFolder, type: "DirectoryOrCreate" } }],
    }),
  ];
}
