import type { Pod } from "../kube/kinds.ts";

type Volume = NonNullable<NonNullable<Pod["spec"]>["volumes"]>[number];
type Source = NonNullable<NonNullable<Volume["projected"]>["sources"]>[number];

/** Keys of a Secret as files: `secretFiles("etcd-client-tls", { "tls.crt": "etcd-client.crt" })`. */
export function secretFiles(name: string, files: Record<string, string>, optional?: boolean): Source {
  return { secret: { name, items: items(files), ...(optional && { optional }) } };
}

/** Keys of a ConfigMap as files; all of them under their own names where none are named. */
export function configFiles(name: string, files?: Record<string, string>, optional?: boolean): Source {
  return { configMap: { name, ...(files && { items: items(files) }), ...(optional && { optional }) } };
}

/** One volume of files from several Secrets and ConfigMaps: a pod with few volumes starts sooner. */
export function filesVolume(name: string, ...sources: Source[]): Volume {
  // 0440: the programs read them through the pod's group, nobody else does.
  return { name, projected: { defaultMode: 0o440, sources } };
}

function items(files: Record<string, string>): { key: string; path: string }[] {
  return Object.entries(files).map(([key, path]) => ({ key, path }));
}
