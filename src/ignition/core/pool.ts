import { type IgnitionConfig, ignitionConfig, ignitionFile } from "../config.ts";
import { containerd } from "./containerd.ts";
import { kubeletPaths } from "./kubelet.ts";
import { releaseEnvironmentPath } from "./node-setup.ts";

export interface Taint {
  key: string;
  value?: string;
  effect: string;
}

/** What the nodes of one pool have in common and other pools may have otherwise. */
export interface PoolFacts {
  /** Images of the pool's release. */
  images: { kubelet: string; pause: string };
  labels?: Record<string, string>;
  taints?: Taint[];
}

/** The release's images, and the labels and taints that a node has from its first moment. */
export function pool({ images, labels = {}, taints = [] }: PoolFacts): IgnitionConfig {
  const own = Object.entries(labels).filter(([key]) => kubeletMaySet(key));
  const args = [
    ...(own.length > 0 ? [`--node-labels=${own.map(([key, value]) => `${key}=${value}`).join(",")}`] : []),
    ...(taints.length > 0 ? [`--register-with-taints=${taints.map(taintText).join(",")}`] : []),
  ];
  const { files = [] } = containerd(images.pause).storage ?? {};
  return ignitionConfig({
    files: [
      ...files,
      ignitionFile(releaseEnvironmentPath, `KUBELET_IMAGE=${images.kubelet}\n`),
      ignitionFile(kubeletPaths.poolEnvironment, `KUBELET_POOL_ARGS=${args.join(" ")}\n`),
    ],
    units: containerd(images.pause).systemd?.units,
  });
}

function taintText({ key, value = "", effect }: Taint): string {
  return `${key}=${value}:${effect}`;
}

/** A kubelet that names labels of Kubernetes' own domains does not start; the control plane sets those on the node. */
function kubeletMaySet(key: string): boolean {
  const domain = key.includes("/") ? (key.split("/")[0] ?? "") : "";
  return !/(^|\.)(kubernetes|k8s)\.io$/.test(domain);
}
