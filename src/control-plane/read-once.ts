import type { Pod } from "../kube/kinds.ts";
import { configHash } from "../rendering/config-hash.ts";
import type { Component } from "./component.ts";

type PodSpec = NonNullable<Pod["spec"]>;

/** The files of a pod that its programs read when they start and not again, as `Secret/name` or `Secret/name/key`. */
export function readOnce({ follows = [] }: Pick<Component, "follows">, pod: PodSpec): string[] {
  const files = mountedObjects(pod)
    .filter(({ key }) => !follows.includes(key))
    .flatMap(({ key, items }) => items?.map((item) => `${key}/${item}`) ?? [key])
    .filter((file) => !follows.includes(file));
  return [...new Set(files)];
}

/** Changes with the content of each of these files, whose hashes are by the names of objects or of their keys. */
export function filesHash(files: readonly string[], hashOf: Record<string, string>): string {
  const objectOf = (file: string) => file.split("/").slice(0, 2).join("/");
  const hashes = files.map((file) => `${file}=${hashOf[file] ?? hashOf[objectOf(file)] ?? "absent"}`);
  return configHash(hashes.sort().join("\n"));
}

export interface Mounted {
  /** `Secret/name` */
  key: string;
  /** The keys of it that become files; all of them where absent. */
  items?: string[];
  optional: boolean;
}

/** The Secrets and ConfigMaps that a pod mounts. */
export function mountedObjects(pod: PodSpec): Mounted[] {
  return (pod.volumes ?? []).flatMap(({ secret, configMap, projected }) => [
    ...mounted("Secret", secret && { ...secret, name: secret.secretName }),
    ...mounted("ConfigMap", configMap),
    ...(projected?.sources ?? []).flatMap((source) => [
      ...mounted("Secret", source.secret),
      ...mounted("ConfigMap", source.configMap),
    ]),
  ]);
}

function mounted(
  kind: string,
  source: { name?: string; optional?: boolean; items?: { key: string }[] } | undefined,
): Mounted[] {
  if (!source?.name) return [];
  const items = source.items?.map(({ key }) => key);
  return [{ key: `${kind}/${source.name}`, ...(items && { items }), optional: source.optional === true }];
}
