import { createHash, type Hash } from "node:crypto";
import type { Part } from "./manifest.ts";
import type { Store } from "./store/store.ts";

/** Writes one part of a backup, encrypted where there are recipients, and gives what the manifest says of it. */
export async function putPart(
  {
    store,
    path,
    recipients,
    signal,
  }: { store: Store; path: string; recipients: readonly string[]; signal: AbortSignal },
  key: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<Part> {
  const encrypted = recipients.length > 0;
  const [plain, stored] = [summed(), summed()];
  const body = encrypted ? await sealed(plain.through(chunks), recipients) : chunks;
  const name = encrypted ? `${key}.age` : key;
  await store.put(`${path}/${name}`, stored.through(body), { signal });
  const { sha256, bytes } = stored.result();
  return { key: name, sha256, bytes, encrypted, ...(encrypted && { plainSha256: plain.result().sha256 }) };
}

/** Loaded where it is needed only. */
async function sealed(chunks: AsyncIterable<Uint8Array>, recipients: readonly string[]) {
  const { encrypt } = await import("./store/encrypt.ts");
  return encrypt(chunks, recipients);
}

/** Adds up what passes through. */
export function summed() {
  const hash: Hash = createHash("sha256");
  let bytes = 0;
  return {
    async *through(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    },
    result: () => ({ sha256: hash.digest("hex"), bytes }),
  };
}
