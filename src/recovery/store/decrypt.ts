import { Decrypter } from "age-encryption";
import { asStream } from "./as-stream.ts";
import { StoreError } from "./store-error.ts";

/** What is known of an encrypted object. */
export interface Encrypted {
  /** For messages. */
  key: string;
  /** Private keys (`AGE-SECRET-KEY-1...`). */
  identities: readonly string[];
  /** How many bytes there were to be in the store. */
  bytes?: number;
}

/**
 * What the age file held, chunk by chunk. Each chunk is genuine; that nothing is missing at the end is known when the
 * last one has come, so nothing is to be trusted that was not read to its end.
 */
export async function* decrypt(
  chunks: AsyncIterable<Uint8Array>,
  { key, identities, bytes }: Encrypted,
): AsyncGenerator<Uint8Array> {
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  const read = { bytes: 0, failed: undefined as { error: unknown } | undefined };
  try {
    yield* await decrypter.decrypt(asStream(counted(chunks, read)));
  } catch (error) {
    // The store's own sentence, such as that a connection was cut.
    if (read.failed) throw read.failed.error;
    throw explained(error, key, { read: read.bytes, bytes });
  }
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  read: { bytes: number; failed: { error: unknown } | undefined },
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of chunks) {
      read.bytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    read.failed = { error };
    throw error;
  }
}

function explained(error: unknown, key: string, { read, bytes }: { read: number; bytes?: number }): StoreError {
  const reason = error instanceof Error ? error.message : String(error);
  if (reason.includes("no identity matched")) {
    return new StoreError(
      "WrongKey",
      `${key} cannot be decrypted: it was encrypted for others than the keys given; give the private key of one of the location's recipients.`,
      { cause: error },
    );
  }
  const found =
    bytes !== undefined && read < bytes
      ? `it was cut off after ${read} of ${bytes} bytes`
      : `it was changed or cut off within its ${read} bytes (${reason})`;
  return new StoreError("ObjectDamaged", `${key} cannot be decrypted: ${found}; use another backup.`, {
    cause: error,
  });
}
