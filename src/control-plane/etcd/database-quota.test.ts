import { expect, test } from "vitest";
import { databaseQuota } from "./database-quota.ts";

const mebibytes = (size: string) => databaseQuota(size) / 1024 ** 2;

test.each([
  ["8Gi", 3840],
  ["8589934592", 3840],
  ["8E9", 3558],
  ["8G", 3558],
  ["4Gi", 1792],
  ["2048Mi", 768],
])("a volume of %s has room for a database of %i MiB and its copy", (size, quota) => {
  expect(mebibytes(size)).toBe(quota);
});

test("a small volume keeps a database that a cluster can start with, a large one no larger one than etcd advises", () => {
  expect(mebibytes("100Mi")).toBe(128);
  expect(mebibytes("1Ti")).toBe(8192);
});

test("two databases and the log of 512 MiB fit on every volume that is not tiny", () => {
  for (const gibibytes of [1, 2, 3, 8, 10, 17]) {
    expect(2 * mebibytes(`${gibibytes}Gi`) + 512).toBeLessThanOrEqual(gibibytes * 1024);
  }
});
