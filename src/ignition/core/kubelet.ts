import { type IgnitionConfig, ignitionConfig, ignitionFile } from "../config.ts";
import { nodeSetupPath } from "./node-setup.ts";

/** What the kubelets of a hosted cluster need to know of it. */
export interface KubeletFacts {
  /** Addresses of the cluster's DNS Service. */
  clusterDNS: string[];
  clusterDomain: string;
}

/** Paths that other parts of the configuration write or read. */
export const kubeletPaths = {
  config: "/etc/kubernetes/kubelet.conf",
  bootstrapKubeconfig: "/etc/kubernetes/bootstrap-kubeconfig",
  clientCa: "/etc/kubernetes/kubelet-ca.crt",
  /** Written by the platform: name and provider ID of this very machine. */
  nodeEnvironment: "/etc/kubernetes/node.env",
  /** Labels and taints of the pool. */
  poolEnvironment: "/etc/kubernetes/pool.env",
};

/** The kubelet: its configuration, and the unit that runs it once the node is set up. */
export function kubelet(facts: KubeletFacts): IgnitionConfig {
  return ignitionConfig({
    files: [ignitionFile(kubeletPaths.config, `${JSON.stringify(configuration(facts), null, 2)}\n`)],
    units: [{ name: "kubelet.service", enabled: true, contents: unit }],
  });
}

function configuration({ clusterDNS, clusterDomain }: KubeletFacts) {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: kubeletPaths.clientCa },
    },
    authorization: { mode: "Webhook" },
    // The driver that containerd is told to use as well. It works with cgroup v1, hybrid and v2, with and without
    // systemd in charge of the root group.
    cgroupDriver: "cgroupfs",
    failCgroupV1: false,
    clusterDNS,
    clusterDomain,
    containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
    failSwapOn: false,
    rotateCertificates: true,
    serverTLSBootstrap: true,
  };
}

const unit = `[Unit]
Description=Kubernetes kubelet
Wants=network-online.target
After=network-online.target containerd.service
Requires=containerd.service
StartLimitIntervalSec=0

[Service]
EnvironmentFile=-${kubeletPaths.poolEnvironment}
EnvironmentFile=-${kubeletPaths.nodeEnvironment}
ExecStartPre=${nodeSetupPath}
ExecStart=/usr/local/bin/kubelet \\
  --config=${kubeletPaths.config} \\
  --bootstrap-kubeconfig=${kubeletPaths.bootstrapKubeconfig} \\
  --kubeconfig=/var/lib/kubelet/kubeconfig \\
  --cert-dir=/var/lib/kubelet/pki \\
  $KUBELET_POOL_ARGS $KUBELET_NODE_ARGS
TimeoutStartSec=infinity
Restart=always
RestartSec=1
KillMode=process

[Install]
WantedBy=multi-user.target
`;
