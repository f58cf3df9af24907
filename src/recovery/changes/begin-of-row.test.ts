import { expect, test } from "vitest";
import { beginOfRow } from "./begin-of-row.ts";

test.each([
  ["none", [], undefined],
  [
    "one after the other",
    [
      [5, 9],
      [10, 14],
      [15, 15],
    ],
    5,
  ],
  [
    "some that overlap",
    [
      [5, 9],
      [5, 14],
      [12, 20],
    ],
    5,
  ],
  [
    "one that is missing",
    [
      [5, 9],
      [15, 15],
      [10, 11],
      [16, 20],
    ],
    15,
  ],
])("of %s it is known from where on all changes are there", (_, segments, begin) => {
  expect(beginOfRow(segments.map(([first = 0, last = 0]) => ({ first, last })))).toBe(begin);
});
