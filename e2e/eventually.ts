/**
 * Asks again until `probe` returns something other than undefined, false or an error; rejects with the last answer
 * after `seconds`. For conditions of programs that cannot be watched from a test.
 */
export async function eventually<T>(
  what: string,
  seconds: number,
  probe: () => Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(
    `${what} did not happen within ${seconds} s; last seen: ${last instanceof Error ? last.message : last}`,
  );
}
