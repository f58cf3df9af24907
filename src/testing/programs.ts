import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CompileProgress, describeProgress, ensurePrograms } from "../release/payload.ts";
import { busyboxPrograms } from "./busybox.ts";

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

/**
 * The files of all programs that hosted control planes run, compiled first where they are not there yet, and the small
 * ones of their images that API servers are started with.
 */
export async function controlPlanePrograms(version: string): Promise<Record<string, string>> {
  const modules = {
    etcd: "etcd",
    etcdctl: "etcd",
    etcdutl: "etcd",
    "kube-apiserver": version,
    "kube-controller-manager": version,
    "kube-scheduler": version,
    // Compiled once, with the newest Kubernetes.
    "proxy-server": "1.34",
  };
  const paths = Object.entries(modules).map(async ([name, module]) => [name, await program(module, name)] as const);
  const small = await busyboxPrograms("sh", "nc", "sleep");
  return { ...Object.fromEntries(await Promise.all(paths)), ...small };
}

/**
 * The programs of the payload, compiled first where they are not there yet. `ROOST_TEST_PROGRAMS` names a folder with
 * programs compiled before (`etcd/bin/`, `1.34/bin/`), to try something while the payload is being changed.
 */
export async function apiServerPrograms(
  version: string,
  report: (line: string) => void = () => {},
): Promise<ApiServerPrograms> {
  return {
    etcd: await program("etcd", "etcd", report),
    "kube-apiserver": await program(version, "kube-apiserver", report),
  };
}

async function program(module: string, name: string, report: (line: string) => void = () => {}): Promise<string> {
  const { ROOST_TEST_PROGRAMS: folder } = process.env;
  if (folder) return join(folder, module, "bin", name);
  const onProgress = (progress: CompileProgress) => report(describeProgress(progress));
  return (await ensurePrograms({ root, cache: cacheFolder(), module, onProgress })).path(name);
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "roost");
}
