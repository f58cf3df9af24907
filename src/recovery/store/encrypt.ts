import { Encrypter } from "age-encryption";
import { asStream } from "./as-stream.ts";

/** The chunks as an age file that any of the recipients (`age1...`) can read, made while they come. */
export async function* encrypt(
  chunks: AsyncIterable<Uint8Array>,
  recipients: readonly string[],
): AsyncGenerator<Uint8Array> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  yield* await encrypter.encrypt(asStream(chunks));
}
