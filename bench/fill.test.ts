import { expect, test } from "vitest";
import { objectNumbers } from "./fill.ts";

test("more of the same is made where there is something already", () => {
  expect(objectNumbers(0, 10)).toHaveLength(200);
  expect(objectNumbers(10, 10.1)).toEqual([200, 201]);
});
