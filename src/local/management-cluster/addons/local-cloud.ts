import { healthFlag, healthProbes } from "../../../kube/health-probes.ts";
import type { Resource } from "../../../kube/resource.ts";
import type { Cluster } from "../cluster.ts";
import { deployment } from "./deployment.ts";
import { localNamespace } from "./namespace.ts";
import { read, serviceAccountWith } from "./role.ts";
import { storageClass, volumeFolder } from "./storage-class.ts";

const name = "local-cloud";

/**
 * Gives Services of type LoadBalancer their addresses and PersistentVolumeClaims their volumes, and has the machine's
 * kernel enforce NetworkPolicies.
 */
export function localCloud({ pool }: Cluster, image: string): Resource[] {
  return [
    storageClass("directory"),
    ...serviceAccountWith(name, localNamespace, [
      { group: "", resources: ["services", "persistentvolumeclaims"], verbs: read },
      { group: "", resources: ["services/status"], verbs: ["update", "patch"] },
      { group: "", resources: ["persistentvolumes"], verbs: [...read, "create", "delete"] },
      { group: "", resources: ["pods", "namespaces"], verbs: read },
      { group: "networking.k8s.io", resources: ["networkpolicies"], verbs: read },
    ]),
    deployment({
      name,
      namespace: localNamespace,
      // The rules are those of the machine, on whose bridge the pods are.
      hostNetwork: true,
      container: {
        image,
        securityContext: { capabilities: { add: ["NET_ADMIN"] } },
        args: ["local-cloud", `--pool=${pool}`, `--volumes=${volumeFolder}`, healthFlag],
        ...healthProbes,
        volumeMounts: [{ name: "volumes", mountPath: volumeFolder }],
        resources: { requests: { cpu: "10m", memory: "50Mi" } },
      },
      volumes: [{ name: "volumes", hostPath: { path: volumeFolder, type: "DirectoryOrCreate" } }],
    }),
  ];
}
