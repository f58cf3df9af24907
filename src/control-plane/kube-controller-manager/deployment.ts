import type { Deployment } from "../../kube/kinds.ts";
import { nodeCertificateMs } from "../certificates.ts";
import {
  type ControlPlane,
  clusterNetworks,
  isHighlyAvailable,
  replicasOf,
  serviceNetworks,
} from "../control-plane.ts";
import { featureGates } from "../feature-gates.ts";
import { configFiles, filesVolume, secretFiles } from "../files.ts";
import { probes } from "../probes.ts";

const files = "/etc/kubernetes/files";

/** The controllers of Kubernetes itself. */
export function deployment(plane: ControlPlane): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "kube-controller-manager", labels: { app: "kube-controller-manager" } },
    spec: {
      replicas: replicasOf(plane, "leading"),
      ...(!isHighlyAvailable(plane) && { strategy: { type: "Recreate" } }),
      selector: { matchLabels: { app: "kube-controller-manager" } },
      template: {
        spec: {
          containers: [
            {
              name: "kube-controller-manager",
              image: plane.release.image("kube-controller-manager"),
              command: ["kube-controller-manager"],
              args: controllerManagerArguments(plane),
              env: [{ name: "GOGC", value: "40" }],
              ports: [{ name: "https", containerPort: 10257 }],
              ...probes({ live: "/healthz", ready: "/healthz", port: 10257 }),
              resources: { requests: { cpu: "5m", memory: "60Mi" } },
              volumeMounts: [{ name: "files", mountPath: files, readOnly: true }],
            },
          ],
          volumes: [
            filesVolume(
              "files",
              secretFiles("kube-controller-manager-kubeconfig", {
                kubeconfig: "kubeconfig",
                "tls.crt": "tls.crt",
                "tls.key": "tls.key",
              }),
              secretFiles("cluster-signer-ca", { "ca.crt": "cluster-signer.crt", "ca.key": "cluster-signer.key" }),
              secretFiles("service-account-signing-key", { "service-account.key": "service-account.key" }),
              configFiles("root-ca", { "ca.crt": "root-ca.crt" }),
            ),
          ],
        },
      },
    },
  };
}

function controllerManagerArguments(plane: ControlPlane): string[] {
  return [
    `--kubeconfig=${files}/kubeconfig`,
    `--authentication-kubeconfig=${files}/kubeconfig`,
    `--authorization-kubeconfig=${files}/kubeconfig`,
    // A young API server has not made the role for this look-up yet; ending over it would cost a restart.
    "--authentication-tolerate-lookup-failure=true",
    "--use-service-account-credentials=true",
    `--service-account-private-key-file=${files}/service-account.key`,
    `--root-ca-file=${files}/root-ca.crt`,
    `--cluster-signing-cert-file=${files}/cluster-signer.crt`,
    `--cluster-signing-key-file=${files}/cluster-signer.key`,
    `--cluster-signing-duration=${nodeCertificateMs / 3_600_000}h`,
    `--service-cluster-ip-range=${serviceNetworks(plane).join(",")}`,
    ...podNetwork(plane),
    // A single replica, too: on a node that is cut off the old one goes on acting while its successor runs.
    "--leader-elect=true",
    "--leader-elect-lease-duration=30s",
    "--leader-elect-renew-deadline=20s",
    // Each renewal is a write into the hosted etcd, and most of what a cluster without nodes writes.
    "--leader-elect-retry-period=8s",
    "--controllers=*,-bootstrapsigner,-tokencleaner,-cloud-node-lifecycle-controller,-service-lb-controller,-node-route-controller",
    "--profiling=false",
    ...featureGates(plane),
  ];
}

/** Pods' addresses are given out here, except where the user's own network does it. */
function podNetwork(plane: ControlPlane): string[] {
  const { networkType, allocateNodeCIDRs } = plane.spec.networking ?? {};
  if (networkType === "Other" && allocateNodeCIDRs !== "Enabled") return ["--allocate-node-cidrs=false"];
  const networks = clusterNetworks(plane);
  const prefix = (isIPv6: boolean) => networks.find(({ cidr }) => cidr.includes(":") === isIPv6);
  const v4 = prefix(false);
  const v6 = prefix(true);
  const [v4Size, v6Size] = [v4?.hostPrefix ?? 23, v6?.hostPrefix ?? 64];
  return [
    "--allocate-node-cidrs=true",
    `--cluster-cidr=${networks.map(({ cidr }) => cidr).join(",")}`,
    ...(v4 && v6
      ? [`--node-cidr-mask-size-ipv4=${v4Size}`, `--node-cidr-mask-size-ipv6=${v6Size}`]
      : [`--node-cidr-mask-size=${v4 ? v4Size : v6Size}`]),
  ];
}
