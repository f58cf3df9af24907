import type { StatefulSet } from "../../kube/kinds.ts";
import { type ControlPlane, isHighlyAvailable, replicasOf } from "../control-plane.ts";
import { configFiles, filesVolume, secretFiles } from "../files.ts";
import { databaseQuota } from "./database-quota.ts";
import { memberHost } from "./members.ts";
import { ordersName, restoreSecretName } from "./orders.ts";
import { restorePath, startPath, startScriptName } from "./start-script.ts";

/** The etcd of a hosted cluster: pods etcd-0 and on, each with a volume of its own. */
export function statefulSet(plane: ControlPlane): StatefulSet {
  const storage = plane.spec.etcd.managed?.storage.persistentVolume;
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "etcd", labels: { app: "etcd" } },
    spec: {
      replicas: replicasOf(plane, "etcd"),
      serviceName: "etcd-discovery",
      podManagementPolicy: "Parallel",
      selector: { matchLabels: { app: "etcd" } },
      template: {
        spec: {
          containers: [container(plane)],
          volumes: [
            filesVolume(
              "tls",
              secretFiles("etcd-client-tls", {
                "ca.crt": "etcd-ca/ca.crt",
                "tls.crt": "client/etcd-client.crt",
                "tls.key": "client/etcd-client.key",
              }),
              secretFiles("etcd-server-tls", {
                // The same authority under the name that the manual uses.
                "ca.crt": "client/etcd-client-ca.crt",
                "tls.crt": "server/server.crt",
                "tls.key": "server/server.key",
              }),
              secretFiles("etcd-peer-tls", { "tls.crt": "peer/peer.crt", "tls.key": "peer/peer.key" }),
            ),
            // With every key, so that a member that nobody has orders for starts, too, and waits.
            filesVolume("start", configFiles(startScriptName), configFiles(ordersName)),
            filesVolume("restore", { secret: { name: restoreSecretName, optional: true } }),
          ],
          terminationGracePeriodSeconds: 30,
        },
      },
      volumeClaimTemplates: [
        {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          metadata: { name: "data" },
          spec: {
            accessModes: ["ReadWriteOnce"],
            ...(storage?.storageClassName && { storageClassName: storage.storageClassName }),
            resources: { requests: { storage: volumeSize(plane) } },
          },
        },
      ],
    },
  };
}

function volumeSize({ spec }: ControlPlane): string {
  return String(spec.etcd.managed?.storage.persistentVolume?.size ?? "8Gi");
}

type Container = NonNullable<NonNullable<NonNullable<StatefulSet["spec"]>["template"]["spec"]>["containers"]>[number];

function container(plane: ControlPlane): Container {
  const self = memberHost("$(POD_NAME)", plane.namespace);
  const highlyAvailable = isHighlyAvailable(plane);
  return {
    name: "etcd",
    image: plane.release.image("etcd"),
    command: ["sh", `${startPath}/start.sh`],
    args: [
      "--name=$(POD_NAME)",
      "--data-dir=/var/lib/data",
      "--listen-client-urls=https://0.0.0.0:2379",
      `--advertise-client-urls=https://${self}:2379`,
      "--listen-peer-urls=https://0.0.0.0:2380",
      `--initial-advertise-peer-urls=https://${self}:2380`,
      "--initial-cluster-token=etcd-cluster",
      "--listen-metrics-urls=http://0.0.0.0:2381",
      "--cert-file=/etc/etcd/tls/server/server.crt",
      "--key-file=/etc/etcd/tls/server/server.key",
      "--trusted-ca-file=/etc/etcd/tls/etcd-ca/ca.crt",
      "--client-cert-auth=true",
      "--peer-cert-file=/etc/etcd/tls/peer/peer.crt",
      "--peer-key-file=/etc/etcd/tls/peer/peer.key",
      "--peer-trusted-ca-file=/etc/etcd/tls/etcd-ca/ca.crt",
      "--peer-client-cert-auth=true",
      // Members are known by a certificate that only they have. Their addresses change with every pod, and looking the
      // names up again for each connection fails while DNS does.
      "--peer-skip-client-san-verification=true",
      `--quota-backend-bytes=${databaseQuota(volumeSize(plane))}`,
      "--snapshot-count=10000",
      ...(highlyAvailable
        ? [
            // A member that differs from the others raises the alarm CORRUPT instead of answering wrongly.
            "--feature-gates=InitialCorruptCheck=true,CompactHashCheck=true",
            "--corrupt-check-time=10m",
          ]
        : [
            // What it keeps in memory for members that lag behind, of which there are none: 16 MB after 9000 writes.
            "--snapshot-catchup-entries=100",
          ]),
    ],
    env: [
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      // For etcdctl, by whoever opens a shell here.
      { name: "ETCDCTL_ENDPOINTS", value: "https://localhost:2379" },
      { name: "ETCDCTL_CACERT", value: "/etc/etcd/tls/etcd-ca/ca.crt" },
      { name: "ETCDCTL_CERT", value: "/etc/etcd/tls/client/etcd-client.crt" },
      { name: "ETCDCTL_KEY", value: "/etc/etcd/tls/client/etcd-client.key" },
    ],
    ports: [
      { name: "client", containerPort: 2379 },
      { name: "peer", containerPort: 2380 },
      { name: "metrics", containerPort: 2381 },
    ],
    // Looked at every second until its data is loaded, for ten minutes. Like liveness only its own state: without
    // quorum a restart would not help, and a member that waits for an order or catches up is not to be ended either.
    startupProbe: {
      httpGet: { path: "/livez", port: 2381 },
      periodSeconds: 1,
      timeoutSeconds: 5,
      failureThreshold: 600,
    },
    readinessProbe: {
      httpGet: { path: "/readyz", port: 2381 },
      periodSeconds: 5,
      timeoutSeconds: 5,
      failureThreshold: 2,
    },
    livenessProbe: {
      httpGet: { path: "/livez", port: 2381 },
      periodSeconds: 20,
      timeoutSeconds: 10,
      failureThreshold: 3,
    },
    resources: { requests: { cpu: "10m", memory: "60Mi" } },
    volumeMounts: [
      // One level above the data, so that the manual's steps can empty /var/lib/data and put snapshots beside it.
      { name: "data", mountPath: "/var/lib" },
      { name: "tls", mountPath: "/etc/etcd/tls", readOnly: true },
      { name: "start", mountPath: startPath, readOnly: true },
      { name: "restore", mountPath: restorePath, readOnly: true },
    ],
  };
}
