import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import type { Secret } from "../kube/kinds.ts";
import { textOf } from "../kube/text-of.ts";
import { createAuthority, endOf, fingerprintOf, isIssuedBy } from "../pki/certificate.ts";
import { certificatesIn } from "../pki/certificates-in.ts";
import { aControlPlane } from "../testing/control-planes.ts";
import { type Keys, type KeysOptions, keys } from "./keys.ts";
import {
  type RotationFacts,
  rotateAnnotation,
  rotated,
  type SignerState,
  signerAnnotations,
  trustedCertificates,
} from "./signer.ts";

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
  lifeMs: 10 * year,
  bridges: false,
  wishRevokes: false,
  trustFirstMs: 10 * minute,
  dropAfterMs: year,
  upToDate: true,
  onlyUrgent: false,
  recorded: [fingerprintOf(current.certificate), fingerprintOf(next.certificate)],
};
const quiet: SignerState = { current, previous: [], bridges: [] };
const rotating: SignerState = { current, next, previous: [], bridges: [] };

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
    bridges: [],
    signsSince: facts.now,
  });
  for (const missing of [
    { now: after(9.9 * minute) },
    { upToDate: false },
    { recorded: [fingerprintOf(current.certificate)] },
  ])
    expect(rotated("a", rotating, { ...facts, ...missing })).toBeUndefined();
});

test("the former authority is trusted until nothing that it signed can be valid", () => {
  const signing = { current: next, previous: [former], bridges: [], signsSince: now };
  expect(rotated("a", signing, { ...facts, now: after(year - minute) })).toBeUndefined();
  expect(rotated("a", signing, { ...facts, now: after(year + minute) })?.signer.previous).toEqual([]);
});

test("a bundle has the same text before and after the successor takes over", () => {
  const older = createAuthority("a", after(-year));
  const before = { current: older, next, previous: [], bridges: [] };
  const later = { current: next, previous: [older.certificate], bridges: [] };
  expect(trustedCertificates(before)).toEqual(trustedCertificates(later));
  expect(trustedCertificates(before)).toEqual([older.certificate, next.certificate]);
});

const plane = aControlPlane();
const first = keys(plane, [], now);
const base64 = (text: string) => Buffer.from(text).toString("base64");
const asked = (name: string, secrets: Secret[] = first.secrets, wish = "1") =>
  secrets.map((secret) => {
    const annotations = { ...secret.metadata?.annotations, [rotateAnnotation]: wish };
    return secret.metadata?.name === name ? { ...secret, metadata: { ...secret.metadata, annotations } } : secret;
  });
const look = (secrets: Secret[], at: Date, record = first.record, more: KeysOptions = {}) =>
  keys(plane, secrets, at, { history: { record, established: true }, behind: [], ...more });
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

test.each([
  ["root-ca", "kas-server-crt"],
  ["kube-apiserver-to-kubelet-signer", "kas-kubelet-client-crt"],
  ["konnectivity-signer", "konnectivity-agent"],
])("what a successor of %s signs comes with a way back to the former, for as long as that is valid", (signer, leaf) => {
  const second = look(asked(signer), after(minute));
  expect(second.made.map(({ secret }) => secret)).toEqual([signer]);
  const third = look(second.secrets, after(12 * minute), second.record);
  const [own = "", bridge = "", ...more] = certificatesIn(text(third.secrets, leaf, "tls.crt") ?? "");
  const formerOne = text(first.secrets, signer, "ca.crt") ?? "";
  const present = text(third.secrets, signer, "ca.crt") ?? "";
  expect(more).toEqual([]);
  expect([own, bridge].map((each) => isIssuedBy(each, present))).toEqual([true, false]);
  expect(isIssuedBy(bridge, formerOne)).toBe(true);
  const [way, to] = [new X509Certificate(bridge), new X509Certificate(present)];
  expect([way.ca, way.subject, way.publicKey.equals(to.publicKey)]).toEqual([true, to.subject, true]);
  expect(endOf(bridge)).toEqual(endOf(formerOne));
  // A second rotation leads back over both; nothing is signed again without need.
  expect(look(third.secrets, after(13 * minute), third.record).made).toEqual([]);
  const fourth = look(asked(signer, third.secrets, "2"), after(20 * minute), third.record);
  const fifth = look(fourth.secrets, after(40 * minute), fourth.record);
  expect(certificatesIn(text(fifth.secrets, leaf, "tls.crt") ?? "")).toHaveLength(3);
});

test("where certificates live for minutes a successor signs after a quarter of that", () => {
  const lifetime = { leafMs: 12 * minute, renewBeforeMs: 6 * minute };
  const second = look(asked("root-ca"), now, first.record, { lifetime });
  const reasons = (at: number) =>
    look(second.secrets, after(at), second.record, { lifetime }).made.filter(({ secret }) => secret === "root-ca");
  expect(reasons(minute)).toEqual([]);
  expect(reasons(3 * minute)).toEqual([{ secret: "root-ca", reason: "its successor signs" }]);
});

test("an authority that has ended is no way back any more", () => {
  const old = keys(plane, [], after(-10 * year + 40 * minute));
  const second = look(asked("root-ca", old.secrets), now, old.record);
  const third = look(second.secrets, after(15 * minute), second.record);
  const chain = (secrets: Secret[]) => certificatesIn(text(secrets, "kas-server-crt", "tls.crt") ?? "");
  expect(chain(third.secrets)).toHaveLength(2);
  expect(chain(look(third.secrets, after(60 * minute), third.record).secrets)).toEqual(
    chain(third.secrets).slice(0, 1),
  );
});

const emergency = "customer-system-admin-signer";

test("a signer for emergencies is valid for a year and makes way in time, while what it signed stays good", () => {
  expect(endOf(text(first.secrets, emergency, "ca.crt") ?? "")).toEqual(after(year));
  const second = look(first.secrets, after(0.9 * year));
  expect(second.made.map(({ secret }) => secret)).toContain(emergency);
  const third = look(second.secrets, after(0.9 * year + 20 * minute), second.record);
  const clientCa = (made: Keys) =>
    made.configMaps.find(({ metadata }) => metadata?.name === "client-ca")?.data?.["ca.crt"];
  const formerOne = text(first.secrets, emergency, "ca.crt") ?? "";
  expect(text(third.secrets, emergency, "ca.crt")).not.toBe(formerOne);
  const day = 86_400_000;
  const held = [0.9 * year + day, 0.9 * year + 2 * day].map((at) =>
    clientCa(look(third.secrets, after(at), third.record))?.includes(formerOne),
  );
  expect(held).toEqual([true, false]);
});

test("one that a former release made for ten years gets a successor", () => {
  const long = createAuthority(emergency, now);
  const data = { "ca.crt": base64(long.certificate), "ca.key": base64(long.key) };
  const secrets = first.secrets.map((each) => (each.metadata?.name === emergency ? { ...each, data } : each));
  const record = { ...first.record, [emergency]: { fingerprints: [fingerprintOf(long.certificate)] } };
  const second = look(secrets, after(minute), record);
  expect(second.made).toEqual([{ secret: emergency, reason: "its successor is trusted first" }]);
  expect(endOf(text(second.secrets, emergency, "next-ca.crt") ?? "")).toEqual(after(year + minute));
});

test("who asks for another signer for emergencies has the former refused at once, also where one was on its way", () => {
  const revoked = (secrets: Secret[], record: Keys["record"], at: number) => {
    let [made, passes] = [look(asked(emergency, secrets, "leak"), after(at), record, { behind: undefined }), 1];
    while (made.made.length > 0 && passes++ < 5)
      made = look(made.secrets, after(at + passes), made.record, { behind: undefined });
    const bundle = made.configMaps.find(({ metadata }) => metadata?.name === "client-ca")?.data?.["ca.crt"];
    return !bundle?.includes(text(first.secrets, emergency, "ca.crt") ?? "");
  };
  expect(revoked(first.secrets, first.record, minute)).toBe(true);
  const second = look(first.secrets, after(0.9 * year));
  expect(revoked(second.secrets, second.record, 0.9 * year + minute)).toBe(true);
});

test("a rotation for emergencies that a former release began on demand refuses at once, one that time began does not", () => {
  const emergencies = { ...facts, wishRevokes: true, trustFirstMs: year, upToDate: false };
  const swapped = { current: next, previous: [former], bridges: [], signsSince: facts.now };
  const onDemand = { ...emergencies, wish: "leak" };
  expect(rotated("a", { ...rotating, rotated: "leak" }, onDemand)?.signer.current).toBe(next);
  expect(rotated("a", { ...swapped, rotated: "leak" }, onDemand)?.signer.previous).toEqual([]);
  for (const begun of [rotating, swapped]) expect(rotated("a", begun, emergencies)).toBeUndefined();
  // A wish that was fulfilled long ago still stands when time begins the next rotation.
  const byTime = rotated("a", { ...quiet, rotated: "leak" }, { ...onDemand, now: after(9 * year) })?.signer;
  expect(byTime?.next).toBeDefined();
  expect(signerAnnotations(byTime as SignerState)).toMatchObject({ "hypershift.openshift.io/revokes": "false" });
  const recorded = [fingerprintOf(byTime?.next?.certificate ?? "")];
  expect(rotated("a", byTime as SignerState, { ...onDemand, now: after(9 * year), recorded })).toBeUndefined();
});

test.each([
  ["without its last line end", (text: string) => text.trimEnd()],
  ["with other line ends", (text: string) => text.replaceAll("\n", "\r\n")],
])("certificates that were put back %s stay what they are, and trusted", (_, changed) => {
  const second = look(asked("root-ca"), after(minute));
  const third = look(second.secrets, after(12 * minute), second.record);
  const put = third.secrets.map((secret) => {
    const texts = Object.entries(secret.data ?? {}).map(([key, text]) => {
      const plain = Buffer.from(text, "base64").toString();
      return [key, key.endsWith(".crt") ? base64(changed(plain)) : text];
    });
    return { ...secret, data: Object.fromEntries(texts) };
  });
  const fourth = look(put, after(13 * minute), third.record);
  expect(fourth.made).toEqual([]);
  const texts = ({ secrets, configMaps }: Keys) =>
    [...secrets, ...configMaps].flatMap(({ metadata, data }) =>
      Object.entries(data ?? {}).flatMap(([key, text]) =>
        key.endsWith(".crt") ? [`${metadata?.name}/${key}: ${text}`] : [],
      ),
    );
  expect(texts(fourth)).toEqual(texts(third));
});

test("a successor for emergencies waits for kube-apiserver only, which alone checks what it signs", () => {
  const second = look(first.secrets, after(0.9 * year));
  const signing = (behind: string[]) =>
    look(second.secrets, after(0.9 * year + 20 * minute), second.record, { behind }).made.map(({ secret }) => secret);
  expect(signing(["kube-scheduler", "etcd"])).toContain(emergency);
  expect(signing(["kube-apiserver"])).not.toContain(emergency);
  const asking = look(asked("etcd-signer"), after(minute));
  expect(look(asking.secrets, after(20 * minute), asking.record, { behind: ["kube-scheduler"] }).made).toEqual([]);
});

const paused = { renewOnly: true };

test("while a control plane is paused a signer makes way only where it ends soon, in the same two steps", () => {
  expect(look(asked("etcd-signer"), now, first.record, paused).made).toEqual([]);
  const isMade = (at: number, more: KeysOptions = {}) =>
    look(first.secrets, after(at), first.record, { ...paused, ...more }).made.some(
      ({ secret }) => secret === emergency,
    );
  expect([0.9 * year, 0.93 * year].map((at) => isMade(at))).toEqual([false, true]);
  // Nobody would know its successor.
  expect(isMade(0.93 * year, { history: { established: true } })).toBe(false);
  const second = look(first.secrets, after(0.93 * year), first.record, paused);
  expect(text(second.secrets, emergency, "ca.crt")).toBe(text(first.secrets, emergency, "ca.crt"));
  const third = look(second.secrets, after(0.93 * year + 20 * minute), second.record, paused);
  expect(text(third.secrets, emergency, "ca.crt")).toBe(text(second.secrets, emergency, "next-ca.crt"));
  expect(third.secrets.find(({ metadata }) => metadata?.name === emergency)?.data).toHaveProperty("previous-ca.crt");
});

test("while paused as else, nothing that is signed outlives its signer", () => {
  const signed = (at: number) => rotated("a", quiet, { ...facts, onlyUrgent: true, now: after(at) })?.signer.next;
  expect(signed(8.1 * year)).toBeUndefined();
  expect(signed(9.01 * year)).toBeDefined();
});
