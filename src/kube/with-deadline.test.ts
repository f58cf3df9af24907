import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withDeadline } from "./with-deadline.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Work under way with a deadline of a minute, what became of it, and what was left alone. */
function started(work: (signal: AbortSignal) => Promise<string>) {
  const stop = new AbortController();
  const stuck: Promise<unknown>[] = [];
  const ended = withDeadline(work, {
    ms: 60_000,
    stop: stop.signal,
    stopMs: 10_000,
    graceMs: 5_000,
    onStuck: (one) => stuck.push(one),
  });
  const result: string[] = [];
  ended.then(
    (value) => result.push(value),
    (error: Error) => result.push(`Error: ${error.message}`),
  );
  return { result, stuck, stop };
}

const heeding = (signal: AbortSignal) =>
  new Promise<string>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

test("work that ends in time is not disturbed, and leaves no timer behind", async () => {
  const { result } = started(async () => "done");
  await vi.advanceTimersByTimeAsync(0);
  expect(result).toEqual(["done"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("work that takes too long is told by its signal, and that is its error", async () => {
  const { result, stuck } = started(heeding);
  await vi.advanceTimersByTimeAsync(59_999);
  expect(result).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(result).toEqual(["Error: It did not end within 60 s"]);
  expect(stuck).toEqual([]);
});

test("work that heeds no signal is left alone after a while, and told of", async () => {
  let finish = (_: string) => {};
  const { result, stuck } = started(
    () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  );
  await vi.advanceTimersByTimeAsync(64_999);
  expect(stuck).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(result).toEqual(["Error: It did not end within 60 s"]);
  expect(stuck).toHaveLength(1);
  finish("at last");
  expect(await stuck[0]).toBe("at last");
});

test("work has a little time left when the process is to end", async () => {
  const { result, stop } = started(heeding);
  await vi.advanceTimersByTimeAsync(1_000);
  stop.abort();
  await vi.advanceTimersByTimeAsync(9_999);
  expect(result).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(result).toEqual(["Error: It did not end before the process had to"]);
});
