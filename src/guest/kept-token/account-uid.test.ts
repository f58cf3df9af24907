import { expect, test } from "vitest";
import { accountUID } from "./account-uid.ts";

const tokenOf = (claims: string) => `h.${Buffer.from(claims).toString("base64url")}.s`;

test("a token tells the uid of its account", () => {
  const claims = { sub: "a", "kubernetes.io": { serviceaccount: { name: "default", uid: "u1" } } };
  expect(accountUID(tokenOf(JSON.stringify(claims)))).toBe("u1");
});

test.each([undefined, "", "opaque", tokenOf("{"), tokenOf("{}")])(
  "one that tells none is none of its own: %s",
  (token) => {
    expect(accountUID(token)).toBeUndefined();
  },
);
