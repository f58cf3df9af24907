import { afterEach, beforeAll, expect, test } from "vitest";
import { CertificateRevocationRequest } from "../../api/certificate-revocation-request.ts";
import { controlPlaneOperatorPermissions } from "../../api/permissions.ts";
import { keys } from "../../control-plane/keys.ts";
import { rotateAnnotation } from "../../control-plane/signer.ts";
import { ConfigMap, Pod, Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import { runControllers } from "../../kube/run-controllers.ts";
import { textOf } from "../../kube/text-of.ts";
import { waitFor } from "../../kube/wait-for.ts";
import { endOf, isIssuedBy } from "../../pki/certificate.ts";
import { aControlPlane } from "../../testing/control-planes.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { sharedApiServer } from "../../testing/shared-api-server.ts";
import { certificateRevocation } from "./controller.ts";

const running: (() => Promise<void>)[] = [];
beforeAll(async () => installCrds((await sharedApiServer("revoked")).kube));
afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()));
});

const signer = "customer-system-admin-signer";

/**
 * A control plane's keys, a pod that stands for its API server and trusts what the ConfigMap client-ca says, and the
 * controller. `look` is a pass of the control-plane-operator over the keys.
 */
async function start() {
  const { kube, kubeconfig, namespace } = await sharedApiServer("revoked");
  const name = "control-plane-operator";
  const rules = controlPlaneOperatorPermissions;
  const own = await kubeWithRights({ kube, kubeconfig, name, rules, namespace });
  const plane = aControlPlane({ namespace });
  let record: Record<string, { fingerprints: string[] }> | undefined;
  const look = async () => {
    const secrets = await kube.list(Secret, { namespace });
    const made = keys(plane, secrets, new Date(), { history: { record, established: record !== undefined } });
    expect(made.problems).toEqual([]);
    record = made.record;
    await Promise.all([...made.secrets, ...made.configMaps].map((each) => kube.apply(each as Secret)));
  };
  await look();
  await apiServerPod(kube, namespace);
  const stop = new AbortController();
  const controller = certificateRevocation({
    namespace,
    accepts: async (_, { certificate }) => {
      const bundle = (await kube.get(ConfigMap, "client-ca", namespace))?.data?.["ca.crt"] ?? "";
      const trusted = bundle.match(/-----BEGIN [\s\S]+?-----END CERTIFICATE-----\n/g) ?? [];
      return trusted.some((authority) => isIssuedBy(certificate, authority));
    },
  });
  const ended = runControllers([controller], { kube: own, log: noLog, signal: stop.signal });
  running.push(async () => {
    stop.abort();
    await ended;
  });
  return { kube, namespace, look };
}

async function apiServerPod(kube: Kube, namespace: string): Promise<void> {
  await kube.create<Pod>({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "kube-apiserver-0", namespace, labels: { app: "kube-apiserver" } },
    spec: { containers: [{ name: "kube-apiserver", image: "a" }] },
  });
  const status = { phase: "Running", podIP: "192.0.2.1" };
  await kube.patch(Pod, "kube-apiserver-0", namespace, { status }, { subresource: "status" });
}

const ask = (kube: Kube, namespace: string, name: string) =>
  kube.create<CertificateRevocationRequest>({
    apiVersion: "certificates.hypershift.openshift.io/v1alpha1",
    kind: "CertificateRevocationRequest",
    metadata: { name, namespace },
    spec: { signerClass: "customer-break-glass" },
  });

const until = (kube: Kube, namespace: string, name: string, type: string, status: string) =>
  waitFor(
    kube,
    CertificateRevocationRequest,
    name,
    (each) => each.status?.conditions?.some((one) => one.type === type && one.status === status) ?? false,
    { namespace },
  );

const authorityOf = async (kube: Kube, namespace: string) =>
  textOf(await kube.get(Secret, signer, namespace), "ca.crt") ?? "";

test("a revocation ends when every API server refuses what the former authority signed", async () => {
  const { kube, namespace, look } = await start();
  const former = await authorityOf(kube, namespace);
  const sre = textOf(await kube.get(Secret, "sre-system-admin-signer", namespace), "ca.crt");
  await ask(kube, namespace, "leak");
  await until(kube, namespace, "leak", "RootCertificatesRegenerated", "False");
  // The successor is there, then it signs, then the former one is trusted no longer.
  await look();
  await look();
  const waiting = await until(kube, namespace, "leak", "PreviousCertificatesRevoked", "False");
  expect(waiting.status?.conditions?.map(({ type, status }) => `${type} ${status}`)).toEqual([
    "SignerClassValid True",
    "RootCertificatesRegenerated True",
    "NewCertificatesTrusted True",
    "LeafCertificatesRegenerated True",
    "PreviousCertificatesRevoked False",
  ]);
  await look();
  const done = await until(kube, namespace, "leak", "PreviousCertificatesRevoked", "True");
  expect(done.status?.revocationTimestamp).toBeDefined();
  const kept = await kube.get(Secret, done.status?.previousSigner?.name ?? "", namespace);
  expect(isIssuedBy(textOf(kept, "tls.crt") ?? "", former)).toBe(true);
  // Refused for its authority, and not because it ended.
  const left = endOf(textOf(kept, "tls.crt") ?? "").getTime() - Date.now();
  expect(left).toBeGreaterThan(300 * 86_400_000);
  expect(kept?.metadata?.ownerReferences?.[0]).toMatchObject({ kind: "CertificateRevocationRequest", name: "leak" });
  expect(await authorityOf(kube, namespace)).not.toBe(former);
  expect(textOf(await kube.get(Secret, "sre-system-admin-signer", namespace), "ca.crt")).toBe(sre);
  const present = await authorityOf(kube, namespace);
  await look();
  expect(await authorityOf(kube, namespace)).toBe(present);
});

test("a revocation is not complete while no API server runs that could be asked", async () => {
  const { kube, namespace, look } = await start();
  await kube.patch(Pod, "kube-apiserver-0", namespace, { status: { phase: "Pending" } }, { subresource: "status" });
  await ask(kube, namespace, "leak");
  await until(kube, namespace, "leak", "RootCertificatesRegenerated", "False");
  for (let pass = 0; pass < 3; pass++) await look();
  const waiting = await until(kube, namespace, "leak", "NewCertificatesTrusted", "False");
  expect(waiting.status?.conditions?.some(({ type }) => type === "PreviousCertificatesRevoked")).toBe(false);
});

test("one rotation serves all who ask for one before it begins", async () => {
  const { kube, namespace, look } = await start();
  const first = await ask(kube, namespace, "first");
  await until(kube, namespace, "first", "RootCertificatesRegenerated", "False");
  await ask(kube, namespace, "second");
  await until(kube, namespace, "second", "RootCertificatesRegenerated", "False");
  const { metadata } = (await kube.get(Secret, signer, namespace)) ?? {};
  expect(metadata?.annotations?.[rotateAnnotation]).toBe(first.metadata?.uid);
  for (let pass = 0; pass < 3; pass++) await look();
  for (const name of ["first", "second"]) await until(kube, namespace, name, "PreviousCertificatesRevoked", "True");
});
