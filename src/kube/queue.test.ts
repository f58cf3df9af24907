import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Next, Queue } from "./queue.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A queue whose passes end when the test says so. */
function controlled(options: { workers?: number } = {}) {
  const started: string[] = [];
  const ends = new Map<string, (next?: Next) => void>();
  const queue = new Queue({
    ...options,
    work: (key) => {
      started.push(key);
      return new Promise<Next>((resolve) => ends.set(key, resolve));
    },
  });
  return {
    queue,
    started,
    async end(key: string, next?: Next) {
      ends.get(key)?.(next);
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

test("a key added several times is one pass", async () => {
  const { queue, started } = controlled({ workers: 1 });
  for (const key of ["a", "b", "b", "b"]) queue.add(key);
  expect(started).toEqual(["a"]);
  expect(queue.length).toBe(1);
});

test("a key added during its pass gets one more, never two at a time", async () => {
  const { queue, started, end } = controlled();
  queue.add("a");
  queue.add("a");
  queue.add("a");
  expect(started).toEqual(["a"]);
  await end("a");
  await vi.advanceTimersByTimeAsync(100);
  expect(started).toEqual(["a", "a"]);
  await end("a");
  await vi.advanceTimersByTimeAsync(100_000);
  expect(started).toEqual(["a", "a"]);
});

test("as many keys are worked on side by side as there are workers", async () => {
  const { queue, started, end } = controlled({ workers: 2 });
  for (const key of ["a", "b", "c"]) queue.add(key);
  expect(started).toEqual(["a", "b"]);
  await end("b");
  expect(started).toEqual(["a", "b", "c"]);
});

test("a pass that failed is repeated later and later, and at once when the key is added", async () => {
  const { queue, started, end } = controlled();
  queue.add("a");
  await end("a", "failed");
  await vi.advanceTimersByTimeAsync(199);
  expect(started).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(started).toHaveLength(2);
  await end("a", "failed");
  await vi.advanceTimersByTimeAsync(399);
  expect(started).toHaveLength(2);
  queue.add("a");
  expect(started).toHaveLength(3);
  for (let failures = 3; failures < 30; failures++) {
    await end("a", "failed");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(started).toHaveLength(failures + 1);
  }
});

test("a pass that waits is repeated after its time, or sooner when the key is added", async () => {
  const { queue, started, end } = controlled();
  queue.add("a");
  await end("a", { afterMs: 10_000 });
  await vi.advanceTimersByTimeAsync(9_999);
  expect(started).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(started).toHaveLength(2);
  await end("a", { afterMs: 10_000 });
  await vi.advanceTimersByTimeAsync(1_000);
  queue.add("a");
  expect(started).toHaveLength(3);
});

test("a wait of many months is one wait, and ends when it is over", async () => {
  const { queue, started, end } = controlled();
  const dayMs = 24 * 3600_000;
  queue.add("a");
  await end("a", { afterMs: 100 * dayMs });
  await vi.advanceTimersByTimeAsync(100 * dayMs - 1);
  expect(started).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(started).toHaveLength(2);
});

test("a burst of changes right after a pass is one more pass", async () => {
  const { queue, started, end } = controlled();
  queue.add("a");
  await end("a");
  queue.add("a");
  queue.add("a");
  expect(started).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(30);
  expect(started).toHaveLength(2);
});

test("a forgotten key is not looked at again", async () => {
  const { queue, started, end } = controlled();
  queue.add("a");
  await end("a", "failed");
  queue.forget("a");
  await vi.advanceTimersByTimeAsync(100_000);
  expect(started).toHaveLength(1);
});

test("stop waits for passes under way and starts none", async () => {
  const { queue, started, end } = controlled({ workers: 1 });
  queue.add("a");
  queue.add("b");
  let stopped = false;
  const stopping = queue.stop().then(() => {
    stopped = true;
  });
  await vi.advanceTimersByTimeAsync(1000);
  expect(stopped).toBe(false);
  await end("a");
  await stopping;
  expect(started).toEqual(["a"]);
});

test("a pass that throws counts as failed", async () => {
  let passes = 0;
  const queue = new Queue({
    work: async () => {
      passes++;
      throw new Error("no");
    },
  });
  queue.add("a");
  await vi.advanceTimersByTimeAsync(200);
  expect(passes).toBe(2);
});
