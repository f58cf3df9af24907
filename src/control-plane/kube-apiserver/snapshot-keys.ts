import { createDecipheriv } from "node:crypto";
import type { ControlPlane, EncryptionKey } from "../control-plane.ts";

/** What is known of the keys that a snapshot wants. */
export type SnapshotKeys =
  | { problem: string }
  /** Keys under the names that they have in the snapshot, which are not those that they have here. */
  | { aliases: EncryptionKey[] };

/** Finds out whether Secrets, as etcd has them, can be read with the keys that the spec names. */
export function snapshotKeys(values: readonly Buffer[], encryption: ControlPlane["encryption"]): SnapshotKeys {
  const { active, backup, former = [] } = encryption ?? {};
  const keys = [active, backup, ...former].filter((key) => key !== undefined);
  const aliases = new Map<string, EncryptionKey>();
  for (const value of values) {
    const [, provider, name = ""] = /^k8s:enc:([^:]+):v1:([^:]*):/.exec(value.toString("latin1", 0, 512)) ?? [];
    if (provider === undefined) continue;
    if (provider !== "aescbc") {
      return { problem: `Secrets in it are encrypted with ${provider}, and only aescbc can be read` };
    }
    if (keys.length === 0) {
      return { problem: "Secrets in it are encrypted, and spec.secretEncryption names no key" };
    }
    const encrypted = value.subarray(`k8s:enc:aescbc:v1:${name}:`.length);
    const key = keys.find(({ secret }) => decrypts(Buffer.from(secret, "base64"), encrypted));
    if (!key) {
      return {
        problem: `Secrets in it are encrypted with another key than those of spec.secretEncryption.aescbc (there it is called ${name})`,
      };
    }
    if (key.name !== name) aliases.set(name, { name, secret: key.secret });
  }
  return { aliases: [...aliases.values()] };
}

/** Another key leaves noise, which does not begin as anything does that an API server keeps. */
function decrypts(key: Buffer, encrypted: Buffer): boolean {
  try {
    const decipher = createDecipheriv(`aes-${key.length * 8}-cbc`, key, encrypted.subarray(0, 16));
    const plain = Buffer.concat([decipher.update(encrypted.subarray(16)), decipher.final()]);
    return plain.toString("latin1", 0, 4) === "k8s\0";
  } catch {
    return false;
  }
}
