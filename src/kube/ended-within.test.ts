import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { endedWithin } from "./ended-within.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const silent = () => new Readable({ read() {} });

test("a stream that nobody ends is ended after the time", async () => {
  const stream = endedWithin(silent(), 330_000);
  const errors: string[] = [];
  stream.on("error", (error) => errors.push(error.message));
  await vi.advanceTimersByTimeAsync(329_999);
  expect(stream.destroyed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect([stream.destroyed, errors]).toEqual([true, ["the server did not end it within 330 s"]]);
});

test("a stream that ends in time leaves no timer behind", async () => {
  const stream = endedWithin(silent(), 330_000);
  stream.destroy();
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
});
