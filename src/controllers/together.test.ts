import { expect, test } from "vitest";
import { wait } from "../kube/controller.ts";
import { together } from "./together.ts";

test("steps side by side all end before an error of one is told", async () => {
  const ended: string[] = [];
  const slow = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    ended.push("slow");
  };
  const failing = () => {
    throw new Error("broken");
  };
  await expect(together(failing, slow)({})).rejects.toThrow("broken");
  expect(ended).toEqual(["slow"]);
});

test("of steps side by side the first that waits is heard", async () => {
  const first = wait("First", "not yet", 1);
  const steps = together(
    () => {},
    () => first,
    () => wait("Second", "nor this", 1),
  );
  expect(await steps({})).toBe(first);
});
