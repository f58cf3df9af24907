import { expect, test } from "vitest";
import { tryAndRemove } from "./try-and-remove.ts";

const fails = (message: string) => () => Promise.reject(new Error(message));

test("what was tried has its rows, and what was made for it is taken away", async () => {
  let isThere = true;
  const remove = async () => {
    isThere = false;
  };
  expect(await tryAndRemove("a death", async () => [{ fault: "one" }, { fault: "two" }], remove)).toEqual([
    { fault: "one" },
    { fault: "two" },
  ]);
  expect(isThere).toBe(false);
});

test("where trying and taking away both fail, the table has both errors, the first one first", async () => {
  expect(await tryAndRemove("a death", fails("no node came"), fails("the host stays"))).toEqual([
    { fault: "a death", failure: "no node came" },
    { fault: "a death: taking away what it was tried on", failure: "the host stays" },
  ]);
});

test("what was observed is not lost where taking away fails", async () => {
  expect(await tryAndRemove("a death", async () => [{ fault: "one", healedInMs: 1 }], fails("the host stays"))).toEqual(
    [
      { fault: "one", healedInMs: 1 },
      { fault: "a death: taking away what it was tried on", failure: "the host stays" },
    ],
  );
});
