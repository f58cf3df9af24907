import type { Observed } from "../e2e/long/long-test.ts";

/**
 * Tries something and then takes away what was made for it. Gives the rows of what was tried, and one for each of the
 * two that fails: neither hides the other.
 */
export async function tryAndRemove(
  fault: string,
  use: () => Promise<Observed[]>,
  remove: () => Promise<unknown>,
): Promise<Observed[]> {
  const rows = await use().catch(({ message }: Error): Observed[] => [{ fault, failure: message }]);
  try {
    await remove();
    return rows;
  } catch (error) {
    return [...rows, { fault: `${fault}: taking away what it was tried on`, failure: (error as Error).message }];
  }
}
