import { expect, test } from "vitest";
import { sideBySide } from "./side-by-side.ts";

async function* numbers(count: number): AsyncGenerator<number> {
  for (let number = 0; number < count; number++) yield number;
}

/** Ends each piece of work when it is told to. */
function held() {
  const ends: (() => void)[] = [];
  return { ends, hold: () => new Promise<void>((resolve) => ends.push(resolve)) };
}

test("two are done at a time, and the results come in the order of the items", async () => {
  const { ends, hold } = held();
  const doubled = sideBySide(numbers(3), 2, async (number) => {
    await hold();
    return number * 2;
  });
  await expect.poll(() => ends.length).toBe(2);
  ends[1]?.();
  await expect.poll(() => ends.length).toBe(3);
  ends[2]?.();
  ends[0]?.();
  expect(await doubled).toEqual([0, 2, 4]);
});

test("after a failure nothing more is begun, and what is under way has ended when that is told", async () => {
  const { ends, hold } = held();
  const begun: number[] = [];
  let isOver = false;
  const all = sideBySide(numbers(10), 2, async (number) => {
    begun.push(number);
    if (number === 1) throw new Error("no");
    await hold();
  });
  const told = all.catch((error: Error) => error.message).finally(() => (isOver = true));
  await expect.poll(() => ends.length).toBe(1);
  expect(isOver).toBe(false);
  ends[0]?.();
  expect(await told).toBe("no");
  expect(begun).toEqual([0, 1]);
});
