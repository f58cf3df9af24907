import type { Secret } from "../kube/kinds.ts";

/** The text of one key of a Secret. */
export function textOf(secret: Secret | undefined, key: string): string | undefined {
  const data = secret?.data?.[key];
  return data === undefined ? undefined : Buffer.from(data, "base64").toString();
}
