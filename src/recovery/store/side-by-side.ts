/**
 * Does the same with each item, with so many of them at a time, and gives the results in order. Once it has failed for
 * one it takes no more, and rejects when nothing is under way any longer.
 */
export async function sideBySide<T, R>(
  items: AsyncIterable<T>,
  atATime: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const iterator = items[Symbol.asyncIterator]();
  const results: R[] = [];
  let taken = 0;
  let hasFailed = false;
  async function goOn(): Promise<void> {
    try {
      while (!hasFailed) {
        const { done, value } = await iterator.next();
        if (done) return;
        const index = taken++;
        results[index] = await work(value, index);
      }
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  }
  const all = Array.from({ length: atATime }, goOn);
  await Promise.allSettled(all);
  await Promise.all(all);
  return results;
}
