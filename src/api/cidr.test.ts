import { expect, test } from "vitest";
import { addressText, parseAddress } from "./address.ts";
import { overlaps, parseCidr } from "./cidr.ts";

test.each([
  "10.0.0.0/33",
  "10.0.0/16",
  "10.0.0.256/8",
  "300.1.1.1/8",
  "010.0.0.0/8",
  "fd00::/129",
  "fd00:::/64",
  "10.0.0.0",
  "",
  "a/8",
])("%s is no block of addresses", (text) => expect(parseCidr(text)).toBeUndefined());

test("a block begins at its first address, whatever address it is written with", () => {
  expect(parseCidr("10.1.2.3/8")).toEqual(parseCidr("10.0.0.0/8"));
  expect(parseCidr("fd00::1/64")?.first).toBe(parseAddress("fd00::")?.value);
});

test.each([
  ["10.132.0.0/14", "10.135.255.0/24", true],
  ["10.132.0.0/14", "10.136.0.0/16", false],
  ["172.31.0.0/16", "172.16.0.0/12", true],
  ["0.0.0.0/0", "fd00::/8", false],
  ["fd00:1::/32", "fd00:1:2::/48", true],
])("%s and %s overlap: %s", (a, b, expected) => {
  const [x, y] = [parseCidr(a), parseCidr(b)];
  expect(x && y && overlaps(x, y)).toBe(expected);
});

test("an address reads the same as it is written", () => {
  for (const text of ["10.0.0.1", "255.255.255.255", "fd02::a", "::1", "::ffff:c000:201"]) {
    const address = parseAddress(text);
    expect(address && addressText(address)).toBe(text);
  }
  expect(parseAddress("::ffff:192.0.2.1")).toEqual(parseAddress("::ffff:c000:201"));
});
