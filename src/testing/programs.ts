import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeProgress, ensurePrograms } from "../release/payload.ts";

/** The files of the programs that make an API server. */
export interface ApiServerPrograms {
  etcd: string;
  "kube-apiserver": string;
}

/** The checkout. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** The files of all programs that hosted control planes run, compiled first where they are not there yet. */
export async function controlPlanePrograms(version: string): Promise<Record<string, string>> {
  const cache = join(homedir(), ".cache", "roost");
  const etcd = await ensurePrograms({ root, cache, module: "etcd" });
  const kubernetes = await ensurePrograms({ root, cache, module: version });
  const names = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "proxy-server"];
  return { etcd: etcd.path("etcd"), ...Object.fromEntries(names.map((name) => [name, kubernetes.path(name)])) };
}

/** The programs of the payload, compiled first where they are not there yet. */
export async function apiServerPrograms(
  version: string,
  options: { cache?: string; report?: (line: string) => void } = {},
): Promise<ApiServerPrograms> {
  const { cache = join(homedir(), ".cache", "roost"), report = () => {} } = options;
  const ensure = (module: string) =>
    ensurePrograms({ root, cache, module, onProgress: (progress) => report(describeProgress(progress)) });
  const etcd = await ensure("etcd");
  const kubernetes = await ensure(version);
  return { etcd: etcd.path("etcd"), "kube-apiserver": kubernetes.path("kube-apiserver") };
}
