import { homedir } from "node:os";
import { root } from "../e2e/shell.ts";
import { cacheFolder } from "../src/cli/release/cache-folder.ts";
import { ensurePrograms } from "../src/release/payload.ts";

const etcdPrograms = ["etcd", "etcdctl", "etcdutl"] as const;
const kubernetesPrograms = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const;

/** Where the programs of a bare control plane are, by name. */
export type BarePrograms = Record<(typeof etcdPrograms)[number] | (typeof kubernetesPrograms)[number], string>;

/** The very programs that the release has. */
export async function barePrograms(): Promise<BarePrograms> {
  const cache = cacheFolder({ variables: process.env, home: homedir() });
  const etcd = await ensurePrograms({ root, cache, module: "etcd" });
  const kubernetes = await ensurePrograms({ root, cache, module: "1.34" });
  return Object.fromEntries([
    ...etcdPrograms.map((name) => [name, etcd.path(name)]),
    ...kubernetesPrograms.map((name) => [name, kubernetes.path(name)]),
  ]) as BarePrograms;
}
