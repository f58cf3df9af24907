import type { BaseLayers } from "./base-layers.ts";
import type { DefinitionFile } from "./cluster-api-definitions.ts";
import { etcdctlScript } from "./etcdctl-script.ts";
import type { LayerEntry } from "./layer-entry.ts";

/** How an image is put together. */
export interface ImageRecipe {
  name: string;
  /** From the bottom up. */
  layers: LayerEntry[][];
  entrypoint: string[];
  /** Arguments for it, where the pod does not say. */
  command?: string[];
  /** The user it runs as where the pod does not say; root where absent. */
  user?: string;
}

export interface ImageParts {
  base: BaseLayers;
  /** The file of a program that all releases have in common. */
  common(program: string): string;
  /** The file of a program that no quick start needs; absent where these are left out. */
  later?: ((program: string) => string) | undefined;
  /** The file of one of this release's Kubernetes programs. */
  kubernetes(program: string): string;
  /** What the cluster-api image carries for installing it, in its folder /manifests. */
  clusterApiDefinitions: DefinitionFile[];
  roost: RoostParts;
}

/** What our own image is made of. */
export interface RoostParts {
  /** The Node program. */
  node: string;
  /** JavaScript files by name. */
  bundle: Record<string, string>;
  manifests: LayerEntry[];
}

const cniPlugins = ["bandwidth", "bridge", "flannel", "host-local", "loopback", "portmap"];

/** The images of a release. */
export function imageRecipes({
  base,
  common,
  later,
  kubernetes,
  clusterApiDefinitions,
  roost,
}: ImageParts): ImageRecipe[] {
  const { shell } = base;
  const simple = (name: string, from: (program: string) => string, programs = [name]): ImageRecipe => ({
    name,
    layers: [shell, ...programs.map((program) => [executable(`usr/bin/${program}`, from(program))])],
    entrypoint: [`/usr/bin/${programs[0]}`],
  });
  return [
    {
      name: "etcd",
      // With what administrators know of etcd's images: bash, curl, and all that etcdctl once did.
      layers: [
        shell,
        base.glibc,
        base.bashAndCurl,
        [executable("usr/bin/etcd", common("etcd"))],
        [executable("usr/libexec/etcdctl", common("etcdctl"))],
        [executable("usr/bin/etcdutl", common("etcdutl"))],
        [{ path: "usr/bin/etcdctl", type: "text", mode: 0o755, text: etcdctlScript }],
      ],
      entrypoint: ["/usr/bin/etcd"],
    },
    simple("kube-apiserver", kubernetes),
    simple("kube-controller-manager", kubernetes),
    simple("kube-scheduler", kubernetes),
    simple("cli", kubernetes, ["kubectl"]),
    simple("apiserver-network-proxy", common, ["proxy-server", "proxy-agent"]),
    simple("coredns", common),
    {
      name: "cluster-api",
      layers: [
        shell,
        [executable("usr/bin/cluster-api", common("cluster-api"))],
        clusterApiDefinitions.map(({ name, text }) => ({ path: `manifests/${name}`, type: "text", mode: 0o644, text })),
      ],
      entrypoint: ["/usr/bin/cluster-api"],
    },
    ...(later ? [simple("external-dns", later)] : []),
    simple("local-path-provisioner", common),
    {
      name: "kubelet",
      layers: [
        shell,
        cniPlugins.map((plugin) => executable(`opt/cni/bin/${plugin}`, common(plugin))),
        [executable("usr/bin/kubectl", kubernetes("kubectl"))],
        [executable("usr/local/bin/kubelet", kubernetes("kubelet"))],
      ],
      entrypoint: ["/usr/local/bin/kubelet"],
    },
    {
      name: "kube-proxy",
      layers: [shell, base.glibc, base.iptables, [executable("usr/bin/kube-proxy", kubernetes("kube-proxy"))]],
      entrypoint: ["/usr/bin/kube-proxy"],
    },
    {
      name: "network",
      layers: [
        shell,
        base.glibc,
        base.iptables,
        base.bridge,
        [executable("usr/bin/flanneld", common("flanneld")), executable("opt/cni/bin/flannel", common("flannel"))],
      ],
      entrypoint: ["/usr/bin/flanneld"],
    },
    { name: "pause", layers: [shell], entrypoint: ["/usr/bin/sh", "-c", pause], user: "65535:65535" },
    roostRecipe(base, roost),
    // For the local environment: the same with nft.
    roostRecipe(base, roost, { name: "local-cloud", more: [base.iptables] }),
    // For backups and restores: the same with what reads and writes snapshots, and an etcd that changes are replayed in.
    roostRecipe(base, roost, {
      name: "recovery",
      more: ["etcd", "etcdctl", "etcdutl"].map((program) => [executable(`usr/bin/${program}`, common(program))]),
    }),
  ];
}

/** Our own image, in an order that leaves only a small layer to send when our sources change. */
function roostRecipe(
  base: BaseLayers,
  { node, bundle, manifests }: RoostParts,
  { name, more }: { name: string; more: LayerEntry[][] } = { name: "roost", more: [] },
): ImageRecipe {
  const app = Object.entries(bundle).map(
    ([name, text]): LayerEntry => ({ path: `app/${name}`, type: "text", mode: 0o644, text }),
  );
  const module: LayerEntry = { path: "app/package.json", type: "text", mode: 0o644, text: '{ "type": "module" }\n' };
  return {
    name,
    layers: [base.shell, base.glibc, ...more, [executable("usr/bin/node", node)], [...app, module, ...manifests]],
    // The young generation of the heap would grow to 48 MB, where these programs need one: 14 MB less in each (measured).
    // They collect garbage when they are idle.
    entrypoint: ["/usr/bin/node", "--max-semi-space-size=1", "--expose-gc", "/app/main.js"],
  };
}

// As process 1 of a pod it also takes in the processes that lost their parent, which the shell's `wait` does.
const pause = "trap 'exit 0' TERM INT; while :; do sleep 2147483647 & wait $!; done";

function executable(path: string, from: string): LayerEntry {
  return { path, type: "file", mode: 0o755, from };
}
