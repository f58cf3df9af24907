import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { expect, test } from "vitest";
import { readCertificateRequest } from "./certificate-request.ts";

async function request(name: string, names: x509.JsonGeneralNames): Promise<string> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const extensions = names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : [];
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    name,
    keys,
    signingAlgorithm: algorithm,
    extensions,
  });
  return made.toString("pem");
}

test("a kubelet's request for a serving certificate is read with its names", async () => {
  const pem = await request("O=system:nodes, CN=system:node:host-1", [
    { type: "dns", value: "host-1" },
    { type: "ip", value: "10.89.0.5" },
    { type: "ip", value: "fd00::5" },
  ]);
  expect(readCertificateRequest(pem)).toEqual({
    commonName: "system:node:host-1",
    organizations: ["system:nodes"],
    dnsNames: ["host-1"],
    addresses: ["10.89.0.5", "fd00:0:0:0:0:0:0:5"],
    hasOtherNames: false,
  });
});

test("a request without names is read too", async () => {
  const read = readCertificateRequest(await request("O=system:nodes, CN=system:node:host-1", []));
  expect(read.dnsNames).toEqual([]);
  expect(read.commonName).toBe("system:node:host-1");
});

test("names of other kinds are noticed", async () => {
  const pem = await request("CN=x", [{ type: "email", value: "a@example.com" }]);
  expect(readCertificateRequest(pem).hasOtherNames).toBe(true);
});

test("what is not a request is refused", () => {
  expect(() => readCertificateRequest("hello")).toThrow("Cannot read PEM");
});
