import { expect, test } from "vitest";
import type { Kubeconfig } from "../../kube/kubeconfig.ts";
import { createAuthority, issue } from "../../pki/certificate.ts";
import { aboutToEnd } from "./about-to-end.ts";

const made = new Date("2026-11-21T09:00:00Z");
const after = (ms: number) => new Date(made.getTime() + ms);
const hour = 3_600_000;

function config(leafMs: number): Kubeconfig {
  const authority = createAuthority("a", made);
  const { certificate } = issue({ commonName: "admin", usages: ["client"] }, authority, made, undefined, { leafMs });
  const data = Buffer.from(certificate).toString("base64");
  return { users: [{ name: "admin", user: { "client-certificate-data": data } }] };
}

test("a certificate of a year is about to end in its last day, and when it has ended", () => {
  const year = config(365 * 24 * hour);
  expect(aboutToEnd(year, after(364 * 24 * hour - 1))).toBeUndefined();
  expect(aboutToEnd(year, after(364 * 24 * hour + 1_000))).toEqual(after(365 * 24 * hour));
  expect(aboutToEnd(year, after(366 * 24 * hour))).toEqual(after(365 * 24 * hour));
});

test("a certificate of an hour is about to end in its last minutes", () => {
  expect(aboutToEnd(config(hour), after(0.85 * hour))).toBeUndefined();
  expect(aboutToEnd(config(hour), after(0.95 * hour))).toEqual(after(hour));
});

test("a token does not say when it ends", () => {
  expect(aboutToEnd({ users: [{ name: "admin", user: { token: "t" } }] }, made)).toBeUndefined();
});
