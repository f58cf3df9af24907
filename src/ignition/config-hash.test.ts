import { expect, test } from "vitest";
import { configHash } from "./config-hash.ts";

test("the order of keys does not change a hash", () => {
  expect(configHash({ a: 1, b: [{ c: 1, d: 2 }] })).toBe(configHash({ b: [{ d: 2, c: 1 }], a: 1 }));
});

test("the order of a list, and any value, changes a hash", () => {
  expect(configHash([1, 2])).not.toBe(configHash([2, 1]));
  expect(configHash({ a: 1 })).not.toBe(configHash({ a: 2 }));
});
