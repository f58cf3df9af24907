import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { collectWhenIdle, type Usage } from "./collect-when-idle.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A process that is looked at every second; `at` says what it has used by then. */
function watched(at: Usage) {
  const stop = new AbortController();
  const collect = vi.fn(() => {
    at.heapUsed = 10;
  });
  collectWhenIdle({ collect, signal: stop.signal, everyMs: 1000, usage: () => ({ ...at }) });
  return { collect, stop };
}

test("what a start has left is collected once nothing happens any more, not before", () => {
  const at = { heapUsed: 20, cpuMs: 0 };
  const { collect } = watched(at);
  at.cpuMs += 500;
  vi.advanceTimersByTime(1000);
  expect(collect).not.toHaveBeenCalled();
  at.cpuMs += 5;
  vi.advanceTimersByTime(1000);
  expect(collect).toHaveBeenCalledOnce();
});

test("an idle process is collected again only when it holds more than it has to", () => {
  const at = { heapUsed: 20, cpuMs: 0 };
  const { collect } = watched(at);
  vi.advanceTimersByTime(60_000);
  expect(collect).toHaveBeenCalledOnce();
  at.heapUsed = 15;
  vi.advanceTimersByTime(60_000);
  expect(collect).toHaveBeenCalledTimes(2);
});

test("after the end, and without a collector, nothing is collected", () => {
  const { collect, stop } = watched({ heapUsed: 20, cpuMs: 0 });
  stop.abort();
  collectWhenIdle({ collect: undefined, signal: new AbortController().signal });
  vi.advanceTimersByTime(60_000);
  expect(collect).not.toHaveBeenCalled();
});
