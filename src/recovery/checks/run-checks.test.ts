import { expect, test, vi } from "vitest";
import { type Check, passed } from "./check.ts";
import { runChecks } from "./run-checks.ts";

const check = (name: string, run: Check["run"], asks: Check["asks"] = "api"): Check => ({
  name,
  title: name,
  asks,
  run,
});
const facts = {
  etcd: { skipped: "etcd is run by somebody else" },
  hosted: {} as never,
  now: () => new Date(),
  signal: new AbortController().signal,
};

test("what a check throws is why it failed, and what cannot be asked is said", async () => {
  const results = await runChecks(
    [
      check("a", async () => passed("fine")),
      check("b", () => Promise.reject(new Error("no route to it"))),
      check("c", async () => passed("never"), "etcd"),
    ],
    facts,
  );
  expect(results).toMatchObject([
    { name: "a", title: "a", result: "passed", message: "fine" },
    { name: "b", result: "failed", message: "no route to it" },
    { name: "c", result: "skipped", message: "etcd is run by somebody else" },
  ]);
});

test("checks end when the process is to end, and nothing is found then", async () => {
  const stop = new AbortController();
  const hanging = check(
    "a",
    ({ signal }) => new Promise((_, no) => signal.addEventListener("abort", () => no(signal.reason))),
  );
  const running = runChecks([hanging], { ...facts, signal: stop.signal });
  stop.abort(new Error("ending"));
  await expect(running).rejects.toThrow("ending");
});

test("a check that hangs and does not heed its signal has failed when its time is over", async () => {
  const over = new AbortController();
  vi.spyOn(AbortSignal, "timeout").mockReturnValueOnce(over.signal);
  const running = runChecks([check("a", () => new Promise(() => {}))], facts);
  over.abort();
  expect(await running).toMatchObject([{ result: "failed", message: "There was no answer within 60 s" }]);
});

test("a check that does not heed its signal keeps no process from ending", async () => {
  const stop = new AbortController();
  const running = runChecks([check("a", () => new Promise(() => {}))], { ...facts, signal: stop.signal });
  stop.abort(new Error("ending"));
  await expect(running).rejects.toThrow("ending");
});

test("messages are cut to what a status has room for, however much a tenant's program says", async () => {
  const results = await runChecks([check("a", () => Promise.reject(new Error("x".repeat(5000))))], facts);
  expect(results).toMatchObject([{ result: "failed", message: "x".repeat(1000) }]);
});
