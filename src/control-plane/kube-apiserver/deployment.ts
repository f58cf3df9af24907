import type { Deployment } from "../../kube/kinds.ts";
import { type ControlPlane, replicasOf, tuning } from "../control-plane.ts";
import { configFiles, filesVolume, secretFiles } from "../files.ts";
import { apiServerArguments } from "./arguments.ts";
import { certificatesPath, configName, configPath, encryptionName, expectsAgents, kubeletClientPath } from "./files.ts";
import { konnectivityServer } from "./konnectivity-server.ts";
import { namedCertificates } from "./named-certificates.ts";
import { waitForEtcd } from "./wait-for-etcd.ts";

type PodSpec = NonNullable<NonNullable<NonNullable<Deployment["spec"]>["template"]["spec"]>>;
type Container = PodSpec["containers"][number];

/** The API server with the server end of konnectivity beside it. */
export function deployment(plane: ControlPlane): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "kube-apiserver", labels: { app: "kube-apiserver" } },
    spec: {
      replicas: replicasOf(plane, "serving"),
      selector: { matchLabels: { app: "kube-apiserver" } },
      template: {
        spec: {
          containers: [apiServer(plane), konnectivityServer(plane)],
          volumes: [
            certificates(plane),
            configuration(plane),
            { name: "konnectivity", emptyDir: { medium: "Memory" } },
            { name: "logs", emptyDir: {} },
            {
              ...filesVolume(
                "konnectivity-certificates",
                secretFiles("konnectivity-server", {
                  "tls.crt": "server.crt",
                  "tls.key": "server.key",
                  "ca.crt": "ca.crt",
                }),
                configFiles(configName, { [expectsAgents]: expectsAgents }),
              ),
            },
          ],
          // The delay before shutting down, requests under way, and then some.
          terminationGracePeriodSeconds: 75,
        },
      },
    },
  };
}

function apiServer(plane: ControlPlane): Container {
  const memoryLimit = tuning(plane, "kube-apiserver-gomemlimit");
  return {
    name: "kube-apiserver",
    image: plane.release.image("kube-apiserver"),
    command: command(plane),
    args: apiServerArguments(plane),
    env: [
      // Most of an API server's memory is garbage that waits for its collection.
      { name: "GOGC", value: tuning(plane, "kube-apiserver-gogc") ?? "40" },
      ...(memoryLimit ? [{ name: "GOMEMLIMIT", value: memoryLimit }] : []),
    ],
    ports: [{ name: "https", containerPort: 6443 }],
    // Looked at every second until it is ready, for ten minutes: it loads whatever the cluster has in etcd. The looks
    // after that are seldom, because each is a TLS handshake.
    startupProbe: {
      httpGet: { scheme: "HTTPS", path: "/readyz", port: 6443 },
      periodSeconds: 1,
      timeoutSeconds: 5,
      failureThreshold: 600,
    },
    readinessProbe: {
      httpGet: { scheme: "HTTPS", path: "/readyz", port: 6443 },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 2,
    },
    livenessProbe: {
      // Without etcd a restart of the API server would not help.
      httpGet: { scheme: "HTTPS", path: "/livez?exclude=etcd", port: 6443 },
      periodSeconds: 20,
      timeoutSeconds: 10,
      failureThreshold: 3,
    },
    resources: { requests: { cpu: "20m", memory: "250Mi" } },
    volumeMounts: [
      { name: "certificates", mountPath: certificatesPath, readOnly: true },
      // It never changes under a running container: client-go closes every connection to kubelets when it sees another
      // certificate, also that of the request for which it looked, and each of these would fail.
      ...Object.entries(kubeletClient).map(([file, subPath]) => ({
        name: "certificates",
        mountPath: `${kubeletClientPath}/${file}`,
        subPath,
        readOnly: true,
      })),
      { name: "config", mountPath: configPath, readOnly: true },
      { name: "konnectivity", mountPath: "/run/konnectivity" },
      { name: "logs", mountPath: "/var/log/kube-apiserver" },
    ],
  };
}

/** At once where the user brings an etcd, which is there already. */
function command({ spec }: ControlPlane): string[] {
  const program = "kube-apiserver";
  return spec.etcd.unmanaged ? [program] : ["sh", "-c", waitForEtcd("etcd-client", 2379), "wait-for-etcd", program];
}

/** Its files among the certificates. */
const kubeletClient = { "tls.crt": "kubelet-client.crt", "tls.key": "kubelet-client.key" };

function certificates(plane: ControlPlane) {
  const unmanaged = plane.spec.etcd.unmanaged?.tls.clientSecret.name;
  return filesVolume(
    "certificates",
    secretFiles("kas-server-crt", { "tls.crt": "server.crt", "tls.key": "server.key" }),
    configFiles("client-ca", { "ca.crt": "client-ca.crt" }),
    secretFiles("kas-aggregator-crt", {
      "tls.crt": "aggregator.crt",
      "tls.key": "aggregator.key",
      "ca.crt": "aggregator-ca.crt",
    }),
    secretFiles("kas-kubelet-client-crt", kubeletClient),
    configFiles("kubelet-serving-ca", { "ca.crt": "kubelet-serving-ca.crt" }),
    secretFiles("service-account-signing-key", {
      "service-account.key": "service-account.key",
      "service-account.pub": "service-account.pub",
    }),
    unmanaged
      ? secretFiles(unmanaged, {
          "etcd-client.crt": "etcd-client.crt",
          "etcd-client.key": "etcd-client.key",
          "etcd-client-ca.crt": "etcd-ca.crt",
        })
      : secretFiles("etcd-client-tls", {
          "tls.crt": "etcd-client.crt",
          "tls.key": "etcd-client.key",
          "ca.crt": "etcd-ca.crt",
        }),
    ...namedCertificates(plane).map(({ source }) => source),
  );
}

function configuration({ encryption, spec }: ControlPlane) {
  return filesVolume(
    "config",
    configFiles(configName, {
      "audit-policy.json": "audit-policy.json",
      "egress-selector.json": "egress-selector.json",
      "probe-policy.jsonl": "probe-policy.jsonl",
    }),
    ...(encryption ? [secretFiles(encryptionName, { "encryption.json": "encryption.json" })] : []),
    ...(spec.auditWebhook?.name
      ? [secretFiles(spec.auditWebhook.name, { "webhook-kubeconfig": "audit-webhook.kubeconfig" })]
      : []),
  );
}
