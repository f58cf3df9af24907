import { expect, test } from "vitest";
import { freeNumber } from "./settings.ts";

const settings = (...numbers: number[]) => ({
  baseDomain: "example.test",
  clusters: numbers.map((number) => ({ name: `c${number}`, number, address: "" })),
});

test("a new cluster gets the first number that no other has", () => {
  expect(freeNumber(settings())).toBe(0);
  expect(freeNumber(settings(0, 1))).toBe(2);
  expect(freeNumber(settings(0, 2))).toBe(1);
});
