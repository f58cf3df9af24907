import { expect, test } from "vitest";
import { ApiError } from "../../kube/api-error.ts";
import type { Kube } from "../../kube/kube.ts";
import { locationOrOnly } from "./location-or-only.ts";

const listing = (list: () => Promise<object[]>) => ({ list }) as unknown as Kube;
const refusing = listing(() => Promise.reject(new ApiError("list backuplocations", 403, "forbidden")));
const having = (...names: string[]) => listing(async () => names.map((name) => ({ metadata: { name } })));

test("who may not look at locations names one, and is told so", async () => {
  expect(await locationOrOnly(refusing, "store")).toBe("store");
  await expect(locationOrOnly(refusing, undefined)).rejects.toMatchObject({
    message: "--location is required",
    hint: expect.stringContaining("you may not look which there are"),
  });
});

test("who may look need not name the only one, and hears of a wrong name", async () => {
  expect(await locationOrOnly(having("store"), undefined)).toBe("store");
  await expect(locationOrOnly(having("a", "b"), undefined)).rejects.toMatchObject({ hint: "there is a, b" });
  await expect(locationOrOnly(having("a"), "b")).rejects.toThrow("there is no such BackupLocation");
  const down = listing(() => Promise.reject(new Error("no route")));
  await expect(locationOrOnly(down, "a")).rejects.toThrow("no route");
});
