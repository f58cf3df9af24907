import { expect, test } from "vitest";
import type { Secret } from "../kube/kinds.ts";
import { createAuthority, fingerprintOf } from "../pki/certificate.ts";
import { aControlPlane } from "../testing/control-planes.ts";
import { type KeysOptions, keys } from "./keys.ts";
import { type RotationFacts, rotateAnnotation, rotated, type SignerState, trustedCertificates } from "./signer.ts";
import { textOf } from "./text-of.ts";

const now = new Date("2026-11-21T09:00:00Z");
const minute = 60_000;
const year = 365 * 86_400_000;
const after = (ms: number) => new Date(now.getTime() + ms);
const current = createAuthority("a", now);
const next = createAuthority("a", now);
const former = createAuthority("a", now).certificate;
const facts: RotationFacts = {
  now: after(10 * minute),
  longestMs: year,
  trustFirstMs: 10 * minute,
  dropAfterMs: year,
  upToDate: true,
  recorded: [fingerprintOf(current.certificate), fingerprintOf(next.certificate)],
};
const quiet: SignerState = { current, previous: [] };
const rotating: SignerState = { current, next, previous: [] };

test("nothing is rotated without need", () => {
  expect(rotated("a", quiet, facts)).toBeUndefined();
  expect(rotated("a", { ...quiet, rotated: "1" }, { ...facts, wish: "1" })).toBeUndefined();
});

test("a successor is made on demand, and long enough before the end that nothing outlives its signer", () => {
  const wished = rotated("a", quiet, { ...facts, wish: "2026" })?.signer;
  expect(wished).toMatchObject({ current, previous: [], rotated: "2026" });
  expect(wished?.next?.certificate).toMatch(/BEGIN CERTIFICATE/);
  expect(rotated("a", quiet, { ...facts, now: after(7.9 * year) })).toBeUndefined();
  expect(rotated("a", quiet, { ...facts, now: after(8.1 * year) })?.signer.next).toBeDefined();
});

test("a successor signs when it was trusted long enough, by all, and is on record", () => {
  expect(rotated("a", rotating, facts)?.signer).toEqual({
    current: next,
    next: undefined,
    previous: [current.certificate],
    signsSince: facts.now,
  });
  for (const missing of [
    { now: after(8 * minute) },
    { upToDate: false },
    { recorded: [fingerprintOf(current.certificate)] },
  ])
    expect(rotated("a", rotating, { ...facts, ...missing })).toBeUndefined();
});

test("the former authority is trusted until nothing that it signed can be valid", () => {
  const signing = { current: next, previous: [former], signsSince: now };
  expect(rotated("a", signing, { ...facts, now: after(year - minute) })).toBeUndefined();
  expect(rotated("a", signing, { ...facts, now: after(year + minute) })?.signer.previous).toEqual([]);
});

test("a bundle has the same text before and after the successor takes over", () => {
  const older = createAuthority("a", after(-year));
  const before = { current: older, next, previous: [] };
  const later = { current: next, previous: [older.certificate] };
  expect(trustedCertificates(before)).toEqual(trustedCertificates(later));
  expect(trustedCertificates(before)).toEqual([older.certificate, next.certificate]);
});

const plane = aControlPlane();
const first = keys(plane, [], now);
const asked = (name: string, secrets: Secret[] = first.secrets) =>
  secrets.map((secret) =>
    secret.metadata?.name === name
      ? { ...secret, metadata: { ...secret.metadata, annotations: { [rotateAnnotation]: "1" } } }
      : secret,
  );
const look = (secrets: Secret[], at: Date, record = first.record, more: KeysOptions = {}) =>
  keys(plane, secrets, at, { history: { record, established: true }, upToDate: true, ...more });
const text = (secrets: Secret[], name: string, key: string) =>
  textOf(
    secrets.find(({ metadata }) => metadata?.name === name),
    key,
  );

test("what checks certificates trusts a successor before anything is signed by it", () => {
  const second = look(asked("etcd-signer"), after(minute));
  expect(second.made.map(({ secret }) => secret)).toEqual(["etcd-signer"]);
  const successor = text(second.secrets, "etcd-signer", "next-ca.crt") ?? "";
  for (const secret of ["etcd-server-tls", "etcd-peer-tls", "etcd-client-tls"])
    expect(text(second.secrets, secret, "ca.crt")).toContain(successor);
  expect(second.record?.["etcd-signer"]?.fingerprints).toEqual([
    ...(first.record?.["etcd-signer"]?.fingerprints ?? []),
    fingerprintOf(successor),
  ]);
  const third = look(second.secrets, after(12 * minute), second.record);
  expect(third.made.map(({ secret }) => secret)).toEqual([
    "etcd-signer",
    "etcd-server-tls",
    "etcd-peer-tls",
    "etcd-client-tls",
  ]);
  expect(text(third.secrets, "etcd-signer", "ca.crt")).toBe(successor);
  expect(third.record?.["etcd-signer"]?.fingerprints[0]).toBe(fingerprintOf(successor));
  expect(text(third.secrets, "etcd-server-tls", "ca.crt")).toBe(text(second.secrets, "etcd-server-tls", "ca.crt"));
  expect(look(third.secrets, after(13 * minute), third.record).made).toEqual([]);
});

test.each(["root-ca", "kube-apiserver-to-kubelet-signer", "konnectivity-signer"])(
  "%s is not rotated: nodes and people hold what trusts it",
  (name) => {
    expect(look(asked(name), now).made).toEqual([]);
  },
);

test("no signer is rotated while a control plane is paused", () => {
  expect(look(asked("etcd-signer"), now, first.record, { renewOnly: true }).made).toEqual([]);
});
