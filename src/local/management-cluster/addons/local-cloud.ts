import type { Resource } from "../../../kube/resource.ts";
import type { Cluster } from "../cluster.ts";
import { deployment } from "./deployment.ts";
import { localNamespace } from "./namespace.ts";
import { read, serviceAccountWith } from "./role.ts";
import { storageClass, volumeFolder } from "./storage-class.ts";

const name = "local-cloud";

/** Gives Services of type LoadBalancer their addresses and PersistentVolumeClaims their volumes; from the roost image. */
export function localCloud({ pool }: Cluster, image: string): Resource[] {
  return [
    storageClass("directory"),
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
