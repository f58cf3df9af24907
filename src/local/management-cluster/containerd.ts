import type { ConfigFile } from "../machine/ignition-config.ts";

export interface ContainerdFacts {
  /** The image whose only process holds a pod's namespaces. */
  pause: string;
  /** `host:port` of the registry that `ca` (PEM) is for. */
  registry: string;
  ca: string;
}

/** The configuration of containerd on a machine of ours. */
export function containerdFiles({ pause, registry, ca }: ContainerdFacts): ConfigFile[] {
  const folder = `/etc/containerd/certs.d/${registry}`;
  return [
    { path: "/etc/containerd/config.toml", text: configuration(pause) },
    { path: `${folder}/ca.crt`, text: ca },
    { path: `${folder}/hosts.toml`, text: `server = "https://${registry}"\nca = "${folder}/ca.crt"\n` },
  ];
}

// restrict_oom_score_adj, because a machine lacks the right to make a process less likely to be killed than itself.
function configuration(pause: string): string {
  return `version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pause}"
  restrict_oom_score_adj = true
  max_concurrent_downloads = 4
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "/etc/containerd/certs.d"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
`;
}
