import { expect, test } from "vitest";
import { usualLifetime } from "./certificate.ts";
import { spreadRenewal } from "./spread-renewal.ts";

const day = 86_400_000;
const names = Array.from({ length: 200 }, (_, i) => `certificate-${i}`);

test("certificates that were made together are renewed on different days of a month", () => {
  const days = names.map((name) => spreadRenewal(name, usualLifetime).renewBeforeMs / day);
  expect(Math.min(...days)).toBeGreaterThanOrEqual(30);
  expect(Math.max(...days)).toBeLessThanOrEqual(60);
  expect(new Set(days.map(Math.floor)).size).toBeGreaterThan(20);
});

test("the same name is always renewed at the same time", () => {
  expect(spreadRenewal("kas-server-crt", usualLifetime)).toEqual(spreadRenewal("kas-server-crt", usualLifetime));
});

test("a new certificate is never due at once", () => {
  for (const renewBeforeMs of [60_000, 300_000, 590_000]) {
    const lifetime = { leafMs: 600_000, renewBeforeMs };
    for (const name of names) expect(spreadRenewal(name, lifetime).renewBeforeMs).toBeLessThan(lifetime.leafMs);
  }
});
