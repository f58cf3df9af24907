import { expect, test } from "vitest";
import { roundedSize } from "./rounded-size.ts";

const mebibyte = 1024 ** 2;

test.each([
  [0, "0Mi"],
  [1, "1Mi"],
  [20 * mebibyte, "20Mi"],
  [20 * mebibyte + 1, "22Mi"],
  [100 * mebibyte, "104Mi"],
  [128 * mebibyte, "128Mi"],
  [3840 * mebibyte, "3840Mi"],
])("%i bytes are told as %s", (bytes, size) => {
  expect(roundedSize(bytes)).toBe(size);
});
