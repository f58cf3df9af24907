import { healthFlag, healthProbes } from "../../../kube/health-probes.ts";
import type { ConfigMap, Secret } from "../../../kube/kinds.ts";
import type { Resource } from "../../../kube/resource.ts";
import { dnsRecords } from "../../dns/dns-records.ts";
import type { Cluster } from "../cluster.ts";
import { deployment } from "./deployment.ts";
import { localNamespace } from "./namespace.ts";
import { read, serviceAccountWith } from "./role.ts";
import { storageClass, volumeFolder } from "./storage-class.ts";

const name = "local-cloud";
const keyFolder = "/dns-update-key";

/**
 * Gives Services of type LoadBalancer their addresses and names and PersistentVolumeClaims their volumes, and has the
 * machine's kernel enforce NetworkPolicies.
 */
export function localCloud({ pool, services }: Cluster, image: string): Resource[] {
  const key: Secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "dns-update-key", namespace: localNamespace },
    stringData: { key: services.dnsUpdateKey },
  };
  // What is in it, local-cloud writes.
  const records: ConfigMap = { apiVersion: "v1", kind: "ConfigMap", metadata: dnsRecords };
  return [
    storageClass("directory"),
    key,
    records,
    ...serviceAccountWith(name, localNamespace, [
      { group: "", resources: ["services", "persistentvolumeclaims"], verbs: read },
      { group: "", resources: ["services/status"], verbs: ["update", "patch"] },
      { group: "", resources: ["persistentvolumes"], verbs: [...read, "create", "delete"] },
      { group: "", resources: ["pods", "namespaces"], verbs: read },
      { group: "networking.k8s.io", resources: ["networkpolicies"], verbs: read },
      { group: "", resources: ["configmaps"], names: [dnsRecords.name], verbs: ["get", "patch"] },
    ]),
    deployment({
      name,
      namespace: localNamespace,
      // The rules are those of the machine, on whose bridge the pods are.
      hostNetwork: true,
      container: {
        image,
        securityContext: { capabilities: { add: ["NET_ADMIN"] } },
        args: [
          "local-cloud",
          `--pool=${pool}`,
          `--volumes=${volumeFolder}`,
          `--domain=${services.baseDomain}`,
          `--dns-server=${services.address}`,
          `--dns-key=${keyFolder}/key`,
          healthFlag,
        ],
        ...healthProbes,
        volumeMounts: [
          { name: "volumes", mountPath: volumeFolder },
          { name: "dns-update-key", mountPath: keyFolder, readOnly: true },
        ],
        resources: { requests: { cpu: "10m", memory: "50Mi" } },
      },
      volumes: [
        { name: "volumes", hostPath: { path: volumeFolder, type: "DirectoryOrCreate" } },
        { name: "dns-update-key", secret: { secretName: "dns-update-key" } },
      ],
    }),
  ];
}
