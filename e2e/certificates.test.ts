import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CertificateRevocationRequest, HostedCluster, HostedControlPlane } from "../src/api/index.ts";
import { findCondition } from "../src/kube/conditions.ts";
import type { ReplaceableKube } from "../src/kube/create-kube.ts";
import { Namespace, Secret } from "../src/kube/kinds.ts";
import { waitFor } from "../src/kube/wait-for.ts";
import { connect, managementKubeconfig } from "./environment.ts";
import { eventually } from "./eventually.ts";
import { attempt, hcp, root, run } from "./shell.ts";

const folder = mkdtempSync(join(tmpdir(), "roost-e2e-certificates-"));
const demo = "clusters-demo";
let management: ReplaceableKube;
let kubeconfig: string;

beforeAll(async () => {
  management = await connect(managementKubeconfig);
  kubeconfig = join(folder, "demo.kubeconfig");
  writeFileSync(kubeconfig, await hcp("create", "kubeconfig", "--name", "demo"), { mode: 0o600 });
});
afterAll(() => {
  management.close();
  rmSync(folder, { recursive: true });
});

/** Runs kubectl on the hosted cluster demo, as its administrator. */
const ask = (...words: string[]) => attempt("kubectl", ["--kubeconfig", kubeconfig, "--request-timeout=30s", ...words]);
test("somebody gets in with a credential for an emergency, and not any more once it is revoked", async () => {
  const key = join(folder, "key.pem");
  const request = join(folder, "request.pem");
  await run("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key]);
  const subject = "/O=system:masters/CN=system:customer-break-glass:e2e";
  await run("openssl", ["req", "-new", "-key", key, "-subj", subject, "-out", request]);
  const encoded = (await run("base64", ["-w0", request])).trim();
  const kubectl = (words: string[], input = "") =>
    attempt("kubectl", ["--kubeconfig", managementKubeconfig, ...words], input);
  const objects = `
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: e2e-emergency}
spec:
  signerName: hypershift.openshift.io/${demo}.customer-break-glass
  usages: [client auth]
  request: ${encoded}
---
apiVersion: certificates.hypershift.openshift.io/v1alpha1
kind: CertificateSigningRequestApproval
metadata: {name: e2e-emergency, namespace: ${demo}}
`;
  const revocation = `
apiVersion: certificates.hypershift.openshift.io/v1alpha1
kind: CertificateRevocationRequest
metadata: {name: e2e-emergency, namespace: ${demo}}
spec: {signerClass: customer-break-glass}
`;
  try {
    expect(await kubectl(["apply", "-f", "-"], objects)).toMatchObject({ status: 0 });
    const certificate = await eventually("the request is signed", 90, async () => {
      const path = "jsonpath={.status.certificate}";
      return (await kubectl(["get", "csr", "e2e-emergency", "-o", path])).stdout || undefined;
    });
    const file = join(folder, "certificate.pem");
    writeFileSync(file, Buffer.from(certificate, "base64"));
    const emergency = join(folder, "emergency.kubeconfig");
    writeFileSync(emergency, await hcp("create", "kubeconfig", "--name", "demo"), { mode: 0o600 });
    const config = (...words: string[]) => run("kubectl", ["config", "--kubeconfig", emergency, ...words]);
    await config("set-credentials", "anna", `--client-certificate=${file}`, `--client-key=${key}`);
    await config("set-context", "--current", "--user=anna");
    const whoami = () => attempt("kubectl", ["--kubeconfig", emergency, "auth", "whoami"]);
    await eventually("the credential is accepted", 120, async () =>
      (await whoami()).stdout.includes("system:customer-break-glass:e2e"),
    );
    expect(await kubectl(["apply", "-f", "-"], revocation)).toMatchObject({ status: 0 });
    const isRevoked = ({ status }: CertificateRevocationRequest) =>
      findCondition(status?.conditions, "PreviousCertificatesRevoked")?.status === "True";
    await waitFor(management, CertificateRevocationRequest, "e2e-emergency", isRevoked, {
      namespace: demo,
      timeoutMs: 180_000,
    });
    expect(await whoami()).toMatchObject({ status: 1, stderr: expect.stringContaining("Unauthorized") });
    expect((await ask("get", "--raw", "/readyz")).stdout).toBe("ok");
  } finally {
    await kubectl(["delete", "csr", "e2e-emergency", "--ignore-not-found"]);
    await kubectl(["delete", "crr,csra", "e2e-emergency", "-n", demo, "--ignore-not-found"]);
  }
});

test("a control plane whose HostedControlPlane and root authority were deleted comes back as it was, or waits", async () => {
  const name = "kept";
  const where = ["--name", name, "-n", "e2e-certificates"];
  const inside = `e2e-certificates-${name}`;
  const pullSecret = join(root, ".roost", "pull-secret.json");
  const until = (type: string, status: string) =>
    waitFor(
      management,
      HostedCluster,
      name,
      (cluster) => findCondition(cluster.status?.conditions, type)?.status === status,
      { namespace: "e2e-certificates", timeoutMs: 180_000 },
    );
  try {
    await hcp("create", "cluster", "none", ...where, "--pull-secret", pullSecret, "--wait");
    const file = join(folder, "kept.kubeconfig");
    writeFileSync(file, await hcp("create", "kubeconfig", ...where), { mode: 0o600 });
    const answers = () => attempt("kubectl", ["--kubeconfig", file, "--request-timeout=20s", "get", "namespaces"]);
    const before = await management.get(Secret, "root-ca", inside);
    const { uid } = (await management.get(HostedControlPlane, name, inside))?.metadata ?? {};

    await management.delete(HostedControlPlane, name, inside);
    await waitFor(management, HostedControlPlane, name, ({ metadata }) => metadata?.uid !== uid, {
      namespace: inside,
      timeoutMs: 120_000,
    });
    // The address is the same, too.
    await eventually("the API answers whoever had credentials", 120, async () => (await answers()).status === 0);
    expect((await management.get(Secret, "root-ca", inside))?.data).toEqual(before?.data);
    await until("Available", "True");

    await management.delete(Secret, "root-ca", inside);
    await until("SigningKeysAvailable", "False");
    await until("Degraded", "True");
    expect(await management.get(Secret, "root-ca", inside)).toBeUndefined();
    expect(await answers()).toMatchObject({ status: 0 });
    await management.create<Secret>({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "root-ca", namespace: inside },
      data: before?.data,
    });
    await until("SigningKeysAvailable", "True");
  } finally {
    await attempt("./hcp", ["destroy", "cluster", "none", ...where]);
    await management.delete(Namespace, "e2e-certificates");
  }
});
