import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CompileProgress, describeProgress, ensurePrograms } from "../release/payload.ts";

/** The files of the programs that make an API server. */
export interface ApiServerPrograms {
  etcd: string;
  "kube-apiserver": string;
}

/** The checkout. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A folder that a module of the payload keeps from its source. */
export async function sharedFolder(module: string, path: string): Promise<string> {
  return join((await ensurePrograms({ root, cache: cacheFolder(), module })).dir, "share", path);
}

/** The files of all programs that hosted control planes run, compiled first where they are not there yet. */
export async function controlPlanePrograms(version: string): Promise<Record<string, string>> {
  const cache = cacheFolder();
  const etcd = await ensurePrograms({ root, cache, module: "etcd" });
  const kubernetes = await ensurePrograms({ root, cache, module: version });
  const names = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "proxy-server"];
  return { etcd: etcd.path("etcd"), ...Object.fromEntries(names.map((name) => [name, kubernetes.path(name)])) };
}

/**
 * The programs of the payload, compiled first where they are not there yet. `ROOST_TEST_PROGRAMS` names a folder with
 * programs compiled before (`etcd/bin/`, `1.34/bin/`), to try something while the payload is being changed.
 */
export async function apiServerPrograms(
  version: string,
  report: (line: string) => void = () => {},
): Promise<ApiServerPrograms> {
  const { ROOST_TEST_PROGRAMS: folder } = process.env;
  const path = async (module: string, program: string) => {
    if (folder) return join(folder, module, "bin", program);
    const cache = cacheFolder();
    const onProgress = (progress: CompileProgress) => report(describeProgress(progress));
    return (await ensurePrograms({ root, cache, module, onProgress })).path(program);
  };
  return { etcd: await path("etcd", "etcd"), "kube-apiserver": await path(version, "kube-apiserver") };
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "roost");
}
