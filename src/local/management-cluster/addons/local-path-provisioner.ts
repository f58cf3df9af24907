import type { ConfigMap } from "../../../kube/kinds.ts";
import type { Resource } from "../../../kube/resource.ts";
import { deployment } from "./deployment.ts";
import { localNamespace } from "./namespace.ts";
import { read, serviceAccountWith } from "./role.ts";
import { storageClass, volumeFolder } from "./storage-class.ts";

const name = "local-path-provisioner";

/** PersistentVolumes of the class `local-path`. `shell` is the image of the pods that make and remove directories. */
export function localPathProvisioner(image: string, shell: string): Resource[] {
  const config: ConfigMap = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: localNamespace },
    data: {
      "config.json": JSON.stringify({
        nodePathMap: [{ node: "DEFAULT_PATH_FOR_NON_LISTED_NODES", paths: [volumeFolder] }],
      }),
      setup: 'set -eu\nmkdir -m 0777 -p "$VOL_DIR"\n',
      teardown: 'set -eu\nrm -rf "$VOL_DIR"\n',
      "helperPod.yaml": JSON.stringify({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "helper-pod" },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [{ name: "helper-pod", image: shell, imagePullPolicy: "IfNotPresent" }],
        },
      }),
    },
  };
  const flags = ["--config=/etc/config/config.json", `--configmap-name=${name}`, `--service-account-name=${name}`];
  return [
    storageClass("local-path"),
    ...serviceAccountWith(name, localNamespace, [
      { group: "", resources: ["nodes", "persistentvolumeclaims", "configmaps", "pods", "pods/log"], verbs: read },
      { group: "", resources: ["pods"], verbs: ["create", "delete", "patch", "update"] },
      { group: "", resources: ["persistentvolumes"], verbs: [...read, "create", "delete", "patch", "update"] },
      { group: "", resources: ["events"], verbs: ["create", "patch"] },
      { group: "storage.k8s.io", resources: ["storageclasses"], verbs: read },
    ]),
    config,
    deployment({
      name,
      namespace: localNamespace,
      container: {
        image,
        command: ["local-path-provisioner", "start", ...flags],
        env: [{ name: "POD_NAMESPACE", value: localNamespace }],
        volumeMounts: [{ name: "config", mountPath: "/etc/config" }],
        resources: { requests: { cpu: "10m", memory: "30Mi" } },
      },
      volumes: [{ name: "config", configMap: { name } }],
    }),
  ];
}
