import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { expect, test } from "vitest";
import { canonicalIp, readCertificateRequest } from "./certificate-request.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

async function made(subject: string, names: x509.JsonGeneralName[] = []): Promise<string> {
  x509.cryptoProvider.set(webcrypto as never);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: subject,
    keys: keys as never,
    signingAlgorithm: algorithm,
    extensions: names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : [],
  });
  return request.toString("pem");
}

test("a client request of a kubelet is read", async () => {
  expect(readCertificateRequest(await made("O=system:nodes, CN=system:node:worker-1"))).toEqual({
    commonName: "system:node:worker-1",
    organizations: ["system:nodes"],
    dnsNames: [],
    ipAddresses: [],
    emailAddresses: [],
    uris: [],
    publicKey: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----/),
    publicKeyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test("all kinds of alternative names are read", async () => {
  const request = await made("CN=system:node:worker-1", [
    { type: "dns", value: "worker-1" },
    { type: "ip", value: "10.0.0.7" },
    { type: "ip", value: "fd00::7" },
    { type: "email", value: "a@example.com" },
    { type: "url", value: "spiffe://x" },
  ]);
  expect(readCertificateRequest(request)).toMatchObject({
    organizations: [],
    dnsNames: ["worker-1"],
    ipAddresses: ["10.0.0.7", "fd00::7"],
    emailAddresses: ["a@example.com"],
    uris: ["spiffe://x"],
  });
});

test("every organization is read", async () => {
  const { organizations } = readCertificateRequest(await made("O=system:nodes, O=system:masters, CN=system:node:a"));
  expect(organizations).toEqual(["system:nodes", "system:masters"]);
});

test.each([
  ["two common names", "CN=system:node:a, CN=system:node:b"],
  ["no common name", "O=system:nodes"],
  ["an attribute that kubelets do not use", "CN=system:node:a, OU=system:masters"],
])("a subject with %s is refused", async (_, subject) => {
  const request = await made(subject);
  expect(() => readCertificateRequest(request)).toThrow("Cannot accept the certificate request");
});

test("what is not one PEM block is refused", async () => {
  const request = await made("CN=system:node:a");
  for (const text of ["", "hello", request + request, request.slice(0, 120)]) {
    expect(() => readCertificateRequest(text)).toThrow("Cannot read");
  }
});

test("a request that is cut off or changed anywhere never reads as another name", async () => {
  const pem = await made("O=system:nodes, CN=system:node:worker-1");
  const der = Buffer.from(pem.replace(/-----[^-]+-----/g, ""), "base64");
  for (let length = 0; length < der.length; length += 7) {
    const cut = `-----BEGIN CERTIFICATE REQUEST-----\n${der.subarray(0, length).toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;
    expect(() => readCertificateRequest(cut)).toThrow("Cannot read");
  }
});

test("two spellings of an IPv6 address are one address", () => {
  expect(canonicalIp("FD00:0:0::7")).toBe("fd00::7");
  expect(canonicalIp("10.0.0.7")).toBe("10.0.0.7");
});

test("a request with two lists of alternative names is refused: readers differ in which counts", async () => {
  x509.cryptoProvider.set(webcrypto as never);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const names = (value: string) => new x509.SubjectAlternativeNameExtension([{ type: "dns", value }]);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: "CN=system:node:worker-1",
    keys: keys as never,
    signingAlgorithm: algorithm,
    extensions: [names("worker-1"), names("api.example.com")],
  });
  expect(() => readCertificateRequest(request.toString("pem"))).toThrow("two lists of alternative names");
});
