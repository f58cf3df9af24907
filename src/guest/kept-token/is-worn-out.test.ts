import { expect, test } from "vitest";
import type { Secret } from "../../kube/kinds.ts";
import { isWornOut } from "./is-worn-out.ts";

const encoded = (text: string) => Buffer.from(text).toString("base64");
const secret: Secret = {
  metadata: { annotations: { "recovery.roost.dev/issued-at": "2026-01-01T00:00:00Z" } },
  data: { token: encoded("t"), expiresAt: encoded("2026-12-31T00:00:00Z") },
};

test("a kept token is used for half of its time", () => {
  expect(isWornOut(secret, new Date("2026-06-30T00:00:00Z"))).toBe(false);
  expect(isWornOut(secret, new Date("2026-07-03T00:00:00Z"))).toBe(true);
});

test("a Secret that tells not when its token ends, or has none, is replaced", () => {
  const now = new Date("2026-01-02T00:00:00Z");
  expect(isWornOut({ ...secret, data: { token: encoded("t") } }, now)).toBe(true);
  expect(isWornOut({ ...secret, data: { expiresAt: encoded("2026-12-31T00:00:00Z") } }, now)).toBe(true);
  expect(isWornOut({ ...secret, metadata: {} }, now)).toBe(true);
});
