import { expect, test } from "vitest";
import { configVersion } from "./config-version.ts";

test("the order of keys does not change a hash", () => {
  expect(configVersion({ a: 1, b: [{ c: 1, d: 2 }] })).toBe(configVersion({ b: [{ d: 2, c: 1 }], a: 1 }));
});

test("the order of a list, and any value, changes a hash", () => {
  expect(configVersion([1, 2])).not.toBe(configVersion([2, 1]));
  expect(configVersion({ a: 1 })).not.toBe(configVersion({ a: 2 }));
});
