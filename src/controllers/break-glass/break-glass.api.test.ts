import "reflect-metadata";
import { webcrypto, X509Certificate } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CertificateSigningRequestApproval } from "../../api/certificate-signing-request-approval.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { operatorPermissions } from "../../api/permissions.ts";
import { CertificateSigningRequest, Event, type Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import { type Pass, runControllers } from "../../kube/run-controllers.ts";
import { waitFor } from "../../kube/wait-for.ts";
import { createAuthority } from "../../pki/certificate.ts";
import { aSpec } from "../../testing/control-planes.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { sharedApiServer } from "../../testing/shared-api-server.ts";
import { breakGlassController } from "./controller.ts";

let kube: Kube;
let namespace: string;
let ended: Promise<void>;
const stop = new AbortController();
const passes: Pass[] = [];
const authority = createAuthority("customer-system-admin-signer", new Date());

beforeAll(async () => {
  const shared = await sharedApiServer("emergency");
  ({ kube, namespace } = shared);
  await installCrds(kube);
  const encode = (text: string) => Buffer.from(text).toString("base64");
  await kube.create<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "customer-system-admin-signer", namespace },
    data: { "ca.crt": encode(authority.certificate), "ca.key": encode(authority.key) },
  });
  await kube.create<HostedControlPlane>({
    apiVersion: "hypershift.openshift.io/v1beta1",
    kind: "HostedControlPlane",
    metadata: { name: "demo", namespace },
    spec: aSpec(),
  });
  await sayKeys("True");
  ended = runControllers([breakGlassController()], {
    kube: await kubeWithRights({ kube, kubeconfig: shared.kubeconfig, name: "operator", rules: operatorPermissions }),
    log: noLog,
    signal: stop.signal,
    onPass: (pass) => passes.push(pass),
  });
});
afterAll(async () => {
  stop.abort();
  await ended;
});

async function sayKeys(status: "True" | "False"): Promise<void> {
  const condition = { type: "SigningKeysAvailable", status, reason: "AsExpected", message: "" };
  const conditions = [{ ...condition, lastTransitionTime: "2026-01-01T00:00:00Z" }];
  const body = { status: { ready: true, initialized: true, conditions } };
  await kube.patch(HostedControlPlane, "demo", namespace, body, { subresource: "status" });
}

let requests = 0;
/** Asks as `kubectl` would; gives the name of the request, after the controller has looked at it. */
async function ask(
  subject: string,
  more: Partial<NonNullable<CertificateSigningRequest["spec"]>> = {},
  signer = "customer-break-glass",
  name = `${namespace}-${requests++}`,
): Promise<string> {
  x509.cryptoProvider.set(webcrypto as never);
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const made = { name: subject, keys: keys as never, signingAlgorithm: algorithm };
  const request = await x509.Pkcs10CertificateRequestGenerator.create(made);
  await kube.create<CertificateSigningRequest>({
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name },
    spec: {
      signerName: `hypershift.openshift.io/${namespace}.${signer}`,
      usages: ["client auth", "digital signature"],
      request: Buffer.from(request.toString("pem")).toString("base64"),
      ...more,
    },
  });
  await expect.poll(() => passes.some(({ key }) => key === name)).toBe(true);
  return name;
}

async function approve(name: string, where = namespace): Promise<void> {
  await kube.create<CertificateSigningRequestApproval>({
    apiVersion: "certificates.hypershift.openshift.io/v1alpha1",
    kind: "CertificateSigningRequestApproval",
    metadata: { name, namespace: where },
  });
}

const request = (name: string) => kube.get(CertificateSigningRequest, name);
const conditionsOf = ({ status }: CertificateSigningRequest = {} as CertificateSigningRequest) =>
  (status?.conditions ?? []).map(({ type, reason }) => `${type} ${reason}`);
const isSigned = ({ status }: CertificateSigningRequest) => status?.certificate !== undefined;

async function signed(name: string): Promise<X509Certificate> {
  const { status } = await waitFor(kube, CertificateSigningRequest, name, isSigned);
  return new X509Certificate(Buffer.from(status?.certificate ?? "", "base64").toString());
}

test("a request is signed once its approval is in the control plane's namespace, and not before", async () => {
  const name = await ask("O=system:masters, CN=system:customer-break-glass:anna");
  expect((await request(name))?.status).toEqual({});
  await approve(name, "default");
  await approve(name);
  const certificate = await signed(name);
  expect(conditionsOf(await request(name))).toEqual(["Approved ApprovalPresent"]);
  expect(certificate.subject).toBe("O=system:masters\nCN=system:customer-break-glass:anna");
  expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
  const hours = (certificate.validToDate.getTime() - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(35);
  expect(hours).toBeLessThanOrEqual(36);
});

test("an approval is good for one request: a later one of the same name needs another", async () => {
  const name = await ask("CN=system:customer-break-glass:anna");
  await approve(name);
  await signed(name);
  await kube.delete(CertificateSigningRequest, name);
  const before = passes.length;
  await ask("O=system:masters, CN=system:customer-break-glass:mallory", {}, undefined, name);
  await expect.poll(() => passes.slice(before).some(({ key }) => key === name)).toBe(true);
  const marker = await ask("CN=system:customer-break-glass:anna");
  await approve(marker);
  await signed(marker);
  expect((await request(name))?.status).toEqual({});
  const uid = (await request(name))?.metadata?.uid;
  const said = async () =>
    (await kube.list(Event, { namespace: "default" })).filter((each) => each.involvedObject.uid === uid);
  await expect.poll(async () => (await said()).map(({ reason }) => reason)).toEqual(["ApprovalUsed"]);
  await kube.delete(CertificateSigningRequestApproval, name, namespace);
  await approve(name);
  await signed(name);
});

test("an approval in another namespace approves nothing", async () => {
  const name = await ask("CN=system:customer-break-glass:anna");
  await approve(name, "default");
  const marker = await ask("CN=system:customer-break-glass:anna");
  await approve(marker);
  await signed(marker);
  expect((await request(name))?.status).toEqual({});
});

test("a credential is valid for as long as asked, within ten minutes and a day and a half", async () => {
  for (const [asked, expected] of [
    [3_600, 3_600],
    [600, 600],
    [864_000, 129_600],
  ]) {
    const name = await ask("CN=system:customer-break-glass:anna", { expirationSeconds: asked });
    await approve(name);
    const seconds = ((await signed(name)).validToDate.getTime() - Date.now()) / 1_000;
    expect(Math.abs(seconds - (expected ?? 0))).toBeLessThan(120);
  }
});

test("an approved request for another user fails, and says what to ask for", async () => {
  const name = await ask("O=system:masters, CN=system:admin");
  await approve(name);
  const failed = await waitFor(kube, CertificateSigningRequest, name, (each) => conditionsOf(each).length > 1);
  expect(conditionsOf(failed)).toEqual(["Approved ApprovalPresent", "Failed SignerValidationFailure"]);
  expect(failed.status?.conditions?.[1]?.message).toContain("system:customer-break-glass:");
  expect(failed.status?.certificate).toBeUndefined();
});

test("nothing is signed while the control plane's keys are not the right ones", async () => {
  await sayKeys("False");
  const name = await ask("CN=system:customer-break-glass:anna");
  await approve(name);
  await waitFor(kube, CertificateSigningRequest, name, (each) => conditionsOf(each).length > 0);
  await expect.poll(() => passes.some(({ key, result }) => key === name && result === "wait")).toBe(true);
  expect((await request(name))?.status?.certificate).toBeUndefined();
  await sayKeys("True");
});

test("requests for other signers are left alone", async () => {
  const name = await ask("CN=system:customer-break-glass:anna", { signerName: "example.com/other" });
  await approve(name);
  const marker = await ask("CN=system:customer-break-glass:anna");
  await approve(marker);
  await signed(marker);
  expect((await request(name))?.status).toEqual({});
});
