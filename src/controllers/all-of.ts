/** What they bring once all have ended, or what went wrong with every one that failed. */
export async function allOf<T>(promises: Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  const failed = results.filter((result) => result.status === "rejected");
  if (failed.length === 0) return Promise.all(promises);
  if (failed.length === 1) throw failed[0]?.reason;
  throw new AggregateError(
    failed.map(({ reason }) => reason),
    failed.map(({ reason }) => (reason as Error).message).join("; "),
  );
}
