import { type AddressInfo, createServer as createSilentServer, type Server } from "node:net";
import { createSecureContext, createServer, type SecureContext } from "node:tls";
import { afterEach, expect, test } from "vitest";
import type { Resource } from "../../kube/resource.ts";
import { createAuthority, issue, type KeyPair } from "../../pki/certificate.ts";
import { recorded } from "../backup/recorded.ts";
import { askFormer, formerOf } from "./ask-former.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const now = new Date();
const own = createAuthority("root-ca", now);
const other = createAuthority("root-ca", now);

type Answer = (error: Error | null, context?: SecureContext) => void;

/** Of this authority for this name. */
function certified(authority: KeyPair, name: string) {
  const profile = { commonName: "kube-apiserver", dnsNames: [name], usages: ["server" as const] };
  const { certificate, key } = issue(profile, authority, now);
  return { cert: certificate, key };
}

/** Answers with such a certificate; with `named` whoever asks for a name. */
async function answering(authority: KeyPair, name: string, named?: ReturnType<typeof certified>): Promise<number> {
  const server = createServer({
    ...certified(authority, name),
    ...(named && { SNICallback: (_: string, answer: Answer) => answer(null, createSecureContext(named)) }),
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const inside = "kube-apiserver.clusters-demo.svc";
const ask = (port: number) =>
  askFormer({ host: "localhost", port, authorities: own.certificate, names: [inside] }, { timeoutMs: 20_000 });

test("a former control plane that still runs answers with its own authority", async () => {
  expect(await ask(await answering(own, "localhost"))).toEqual({ state: "answers" });
});

test("one that is reached under a name that it has no certificate for is still the former one", async () => {
  expect(await ask(await answering(own, "elsewhere.invalid"))).toEqual({ state: "answers" });
});

test("one that has a certificate of its user's for the public name is asked for its own", async () => {
  expect(await ask(await answering(own, inside, certified(other, "localhost")))).toEqual({ state: "answers" });
});

test("one whose authority is newer than the backup is known by its name", async () => {
  expect(await ask(await answering(other, inside))).toEqual({ state: "answers" });
});

test("somebody else at its address, and nobody, prove nothing", async () => {
  const why = expect.stringContaining("somebody answers whose certificate is not of the cluster's authority");
  expect(await ask(await answering(other, "kube-apiserver.clusters-other.svc"))).toMatchObject({
    state: "unknown",
    why,
  });
  const port = await answering(own, "localhost");
  servers.pop()?.close();
  expect(await ask(port)).toMatchObject({ state: "unknown", why: expect.stringContaining("ECONNREFUSED") });
});

test("who is silent is not waited for any longer than asked", async () => {
  const server = createSilentServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const former = { host: "localhost", port, authorities: own.certificate, names: [] };
  expect(await askFormer(former, { timeoutMs: 50 })).toEqual({ state: "unknown", why: "it does not answer" });
});

test("where to ask and whom to believe is known from the backup", () => {
  const metadata = { namespace: "clusters-demo" };
  const secret = (name: string) =>
    ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { ...metadata, name },
      data: { "ca.crt": Buffer.from(name).toString("base64") },
    }) as Resource;
  const plane = (status: object) =>
    ({ apiVersion: "v1", kind: "HostedControlPlane", metadata: { ...metadata, name: "demo" }, status }) as Resource;
  const controlPlaneEndpoint = { host: "api.example.com", port: 6443 };
  const objects = [plane({ controlPlaneEndpoint }), secret("root-ca"), secret("another-ca")].map(recorded);
  expect(formerOf(objects)).toEqual({
    ...controlPlaneEndpoint,
    authorities: "root-ca",
    names: [inside, "api.example.com"],
  });
  // An address may be another cluster's by now.
  const moved = [plane({ controlPlaneEndpoint: { host: "192.0.2.1", port: 6443 } }), secret("root-ca")].map(recorded);
  expect(formerOf(moved)?.names).toEqual([inside]);
  expect(formerOf([plane({}), secret("root-ca")].map(recorded))).toBeUndefined();
});
