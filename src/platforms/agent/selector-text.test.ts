import { expect, test } from "vitest";
import { selectorText } from "./selector-text.ts";

test("a selector reads as kubectl takes it", () => {
  expect(
    selectorText({
      matchLabels: { size: "large" },
      matchExpressions: [
        { key: "zone", operator: "In", values: ["a", "b"] },
        { key: "old", operator: "DoesNotExist" },
      ],
    }),
  ).toBe("size=large,zone in (a,b),!old");
});
