import { expect, test } from "vitest";
import { amountOf } from "./amount-of.ts";

test.each([
  ["250m", 0.25],
  ["2", 2],
  ["8Gi", 8 * 2 ** 30],
  ["1.5Gi", 1.5 * 2 ** 30],
  ["129e6", 129e6],
  ["128974848", 128974848],
  ["500M", 5e8],
  [undefined, 0],
])("%s is %d", (text, amount) => {
  expect(amountOf(text)).toBeCloseTo(amount, 6);
});
