import { type AddressInfo, createServer as createSilentServer, type Server } from "node:net";
import { createServer } from "node:tls";
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

/** Answers with a certificate of this authority for this name. */
async function answering(authority: KeyPair, name: string): Promise<number> {
  const profile = { commonName: "kube-apiserver", dnsNames: [name], usages: ["server" as const] };
  const { certificate, key } = issue(profile, authority, now);
  const server = createServer({ cert: certificate, key });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const ask = (port: number) =>
  askFormer({ host: "localhost", port, authorities: own.certificate }, { timeoutMs: 20_000 });

test("a former control plane that still runs answers with its own authority", async () => {
  expect(await ask(await answering(own, "localhost"))).toEqual({ state: "answers" });
});

test("one that is reached under a name that it has no certificate for is still the former one", async () => {
  expect(await ask(await answering(own, "elsewhere.invalid"))).toEqual({ state: "answers" });
});

test("somebody else at its address, and nobody, prove nothing", async () => {
  expect(await ask(await answering(other, "localhost"))).toMatchObject({ state: "unknown" });
  const port = await answering(own, "localhost");
  servers.pop()?.close();
  expect(await ask(port)).toMatchObject({ state: "unknown", why: expect.stringContaining("ECONNREFUSED") });
});

test("who is silent is not waited for any longer than asked", async () => {
  const server = createSilentServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const former = { host: "localhost", port, authorities: own.certificate };
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
  expect(formerOf(objects)).toEqual({ ...controlPlaneEndpoint, authorities: "root-ca" });
  expect(formerOf([plane({}), secret("root-ca")].map(recorded))).toBeUndefined();
});
