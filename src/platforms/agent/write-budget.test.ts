import { expect, test } from "vitest";
import { WriteBudget } from "./write-budget.ts";

const at = (seconds: number) => new Date(Date.parse("2030-01-01T00:00:00Z") + seconds * 1000);

test("a host that writes without end is held back until a minute has passed, and only that host", () => {
  const budget = new WriteBudget();
  const taken = Array.from({ length: 200 }, (_, index) => budget.take("one", at(index / 10)));
  expect(taken.filter(Boolean)).toHaveLength(12);
  expect(budget.take("two", at(20))).toBe(true);
  expect(budget.take("one", at(59))).toBe(false);
  expect(budget.take("one", at(60))).toBe(true);
});
