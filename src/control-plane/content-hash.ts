import { configHash } from "../rendering/config-hash.ts";

/** SHA-256 over the data of a Secret or ConfigMap, whatever the order of its keys; the first 16 bytes in hex. */
export function contentHash(object: {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
  stringData?: Record<string, string>;
}): string {
  const parts = [object.data, object.binaryData, object.stringData].map((data) =>
    Object.entries(data ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return configHash(JSON.stringify(parts));
}
