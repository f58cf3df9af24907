/** Chunks as a stream that asks for them one by one, which is what age reads. */
export function asStream(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const each = chunks[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await each.next();
        if (done) controller.close();
        // Node's buffers share memory with others: age wants the bytes and no more.
        else controller.enqueue(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      },
      async cancel() {
        await each.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
