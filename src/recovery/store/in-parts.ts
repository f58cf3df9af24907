/** The same bytes in pieces of one size, of which only the last may be smaller; one that is empty where there are none. */
export async function* inParts(chunks: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Buffer> {
  // One buffer for each part: who sends one may still hold it while the next is filled.
  let part = Buffer.allocUnsafe(bytes);
  let filled = 0;
  let sent = false;
  for await (let chunk of chunks) {
    while (chunk.length > 0) {
      if (filled === bytes) {
        yield part;
        sent = true;
        part = Buffer.allocUnsafe(bytes);
        filled = 0;
      }
      const taken = chunk.subarray(0, bytes - filled);
      part.set(taken, filled);
      filled += taken.length;
      chunk = chunk.subarray(taken.length);
    }
  }
  if (filled > 0 || !sent) yield part.subarray(0, filled);
}
