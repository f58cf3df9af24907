import { expect, test } from "vitest";
import { versionSkew } from "./version-skew.ts";

test.each([
  ["1.34.4", "1.34.4"],
  ["1.33.13", "1.34.4"],
  ["1.31.0", "1.34.4"],
  ["1.34.3", "1.34.4"],
])("nodes of %s go with a cluster of %s", (pool, cluster) => {
  expect(versionSkew(pool, cluster)).toBeUndefined();
});

test("nodes are not newer than their cluster", () => {
  expect(versionSkew("1.34.4", "1.33.13")).toContain("update the cluster first");
  expect(versionSkew("1.34.4", "1.34.3")).toContain("update the cluster first");
});

test("nodes are at most three minor versions older", () => {
  expect(versionSkew("1.30.9", "1.34.4")).toContain("update the pool");
});
