import type { ConfigMap, Secret } from "../kube/kinds.ts";
import { contentHash } from "./content-hash.ts";

/** The hash of a Secret or ConfigMap as `Secret/name`, and of each of its keys as `Secret/name/key`. */
export function contentHashes(kind: "Secret" | "ConfigMap", object: Secret | ConfigMap): Record<string, string> {
  const name = `${kind}/${object.metadata?.name}`;
  const keys = Object.entries(object.data ?? {}).map(([key, text]) => [
    `${name}/${key}`,
    contentHash({ data: { [key]: text } }),
  ]);
  return { [name]: contentHash(object), ...Object.fromEntries(keys) };
}
