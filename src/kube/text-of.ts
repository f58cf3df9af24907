import type { Secret } from "./kinds.ts";

/** The text of one key of a Secret; nothing where either is not there. */
export function textOf(secret: Secret | undefined, key: string): string | undefined {
  const data = secret?.data?.[key];
  return data === undefined ? undefined : Buffer.from(data, "base64").toString();
}
