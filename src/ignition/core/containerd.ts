import { type IgnitionConfig, ignitionConfig, ignitionFile } from "../config.ts";

/** Configures and starts containerd. `pauseImage` is the image that holds a pod's namespaces. */
export function containerd(pauseImage: string): IgnitionConfig {
  return ignitionConfig({
    files: [ignitionFile("/etc/containerd/config.toml", configuration(pauseImage))],
    units: [{ name: "containerd.service", enabled: true }],
  });
}

/** Version 2 of the format: containerd 1.6 writes it, and 2.x still reads it. */
function configuration(pauseImage: string): string {
  return `version = 2

[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = ${JSON.stringify(pauseImage)}
# Where containerd may not lower its own OOM score (no CAP_SYS_RESOURCE), containers cannot start without this.
restrict_oom_score_adj = true

[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/opt/cni/bin"
conf_dir = "/etc/cni/net.d"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
SystemdCgroup = false

[plugins."io.containerd.grpc.v1.cri".registry]
config_path = "/etc/containerd/certs.d"
`;
}
