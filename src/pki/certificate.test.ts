import "reflect-metadata";
import { X509Certificate } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { expect, test } from "vitest";
import {
  type CertificateProfile,
  createAuthority,
  createSigningKey,
  endOf,
  issue,
  publicKeyOf,
  reasonToReissue,
} from "./certificate.ts";

const now = new Date("2026-11-21T09:00:00Z");
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
const profile: CertificateProfile = {
  commonName: "kubernetes",
  organizations: ["system:masters"],
  dnsNames: ["api-demo.roost.test", "kube-apiserver"],
  addresses: ["172.31.0.1", "::1", "fd00::a:1"],
  usages: ["server", "client"],
};

test("a leaf is accepted by OpenSSL as its authority's", () => {
  const authority = createAuthority("root-ca", now);
  const leaf = issue(profile, authority, now);
  const certificate = new X509Certificate(leaf.certificate);
  const issuer = new X509Certificate(authority.certificate);
  expect(issuer.ca).toBe(true);
  expect(certificate.checkIssued(issuer)).toBe(true);
  expect(certificate.verify(issuer.publicKey)).toBe(true);
  expect(certificate.subject).toBe("O=system:masters\nCN=kubernetes");
  expect(certificate.checkHost("api-demo.roost.test")).toBe("api-demo.roost.test");
  expect(certificate.checkIP("172.31.0.1")).toBe("172.31.0.1");
  expect(certificate.checkIP("fd00::a:1")).toBe("fd00::a:1");
  expect(certificate.ca).toBe(false);
});

test("another parser reads the extensions as they were meant", () => {
  const authority = createAuthority("root-ca", now);
  const certificate = new x509.X509Certificate(issue(profile, authority, now).certificate);
  expect(certificate.getExtension(x509.ExtendedKeyUsageExtension)?.usages).toEqual([
    "1.3.6.1.5.5.7.3.1",
    "1.3.6.1.5.5.7.3.2",
  ]);
  expect(certificate.getExtension(x509.KeyUsagesExtension)?.usages).toBe(x509.KeyUsageFlags.digitalSignature);
  const ca = new x509.X509Certificate(authority.certificate);
  expect(ca.getExtension(x509.BasicConstraintsExtension)?.ca).toBe(true);
  expect(ca.getExtension(x509.KeyUsagesExtension)?.usages).toBe(
    x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
  );
  expect(certificate.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId).toBe(
    ca.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId,
  );
});

test("an authority lives ten years, a leaf one", () => {
  const authority = createAuthority("root-ca", now);
  expect(endOf(authority.certificate)).toEqual(later(3650));
  expect(endOf(issue(profile, authority, now).certificate)).toEqual(later(365));
});

test("a leaf is left alone while nothing changes", () => {
  const authority = createAuthority("root-ca", now);
  const leaf = issue(profile, authority, now);
  expect(reasonToReissue(leaf, profile, authority, later(334))).toBeUndefined();
});

test("a leaf is signed again when its end is near, and whenever names, usages, subject or authority change", () => {
  const authority = createAuthority("root-ca", now);
  const leaf = issue(profile, authority, now);
  const reason = (changed: Partial<CertificateProfile>) =>
    reasonToReissue(leaf, { ...profile, ...changed }, authority, now);
  expect(reasonToReissue(leaf, profile, authority, later(336))).toBe("it ends soon");
  expect(reason({ dnsNames: ["other.roost.test"] })).toContain("names");
  expect(reason({ addresses: [] })).toContain("names");
  expect(reason({ usages: ["server"] })).toContain("usages");
  expect(reason({ organizations: [] })).toContain("names");
  expect(reasonToReissue(leaf, profile, createAuthority("root-ca", now), now)).toContain("authority");
  expect(reasonToReissue(undefined, profile, authority, now)).toBe("there is none yet");
  expect(reasonToReissue({ certificate: "nonsense", key: leaf.key }, profile, authority, now)).toBe(
    "it cannot be read",
  );
});

test("a leaf that is signed again keeps its key", () => {
  const authority = createAuthority("root-ca", now);
  const first = issue(profile, authority, now);
  const second = issue(profile, authority, later(340), first.key);
  expect(second.key).toBe(first.key);
  expect(reasonToReissue(second, profile, authority, later(340))).toBeUndefined();
});

test("a signing key's public half can be had from the private one", () => {
  const { key, publicKey } = createSigningKey();
  expect(publicKeyOf(key)).toBe(publicKey);
});
