import { expect, test } from "vitest";
import { secretsByToken, tokenDigest } from "./token-index.ts";

const now = new Date("2026-11-21T12:00:00Z");
const found = (...entries: { tokens: string[]; expires?: string }[]) => {
  const data = Object.fromEntries(
    entries.map(({ tokens, ...rest }, i) => [
      `secret-${i}`,
      JSON.stringify({ tokens: tokens.map(tokenDigest), ...rest }),
    ]),
  );
  return Object.fromEntries(secretsByToken({ apiVersion: "v1", kind: "ConfigMap", data }, now));
};

test("a token leads to its Secret until it expires", () => {
  const index = [
    { tokens: ["new", "old"] },
    { tokens: ["ending"], expires: "2026-11-21T12:00:01Z" },
    { tokens: ["ended"], expires: "2026-11-21T12:00:00Z" },
  ];
  expect(found(...index)).toEqual({
    [tokenDigest("new")]: "secret-0",
    [tokenDigest("old")]: "secret-0",
    [tokenDigest("ending")]: "secret-1",
  });
});
