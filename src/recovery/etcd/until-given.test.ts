import { expect, test } from "vitest";
import { untilGiven } from "./until-given.ts";

const { signal } = new AbortController();

/** Fails as often as it is to, each time with another sentence. */
function failing(times: number) {
  let looks = 0;
  return async () => {
    looks++;
    if (looks <= times) throw new Error(`failed ${looks}`);
    return looks;
  };
}

test("what is not there at first is looked for again", async () => {
  expect(await untilGiven(failing(2), { forMs: 60_000, everyMs: 1, signal })).toBe(3);
});

test("after a while the last error is the answer", async () => {
  await expect(untilGiven(failing(Infinity), { forMs: 0, everyMs: 1, signal })).rejects.toThrow("failed 1");
});

test("a program that is to end does not look on", async () => {
  const stop = new AbortController();
  const looking = untilGiven(failing(Infinity), { forMs: 60_000, everyMs: 60_000, signal: stop.signal });
  stop.abort(new Error("ended"));
  await expect(looking).rejects.toThrow("ended");
});
