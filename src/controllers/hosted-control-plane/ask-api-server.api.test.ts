import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAuthority, issue } from "../../pki/certificate.ts";
import { type ApiServer, startApiServer } from "../../testing/api-server.ts";
import { askApiServer } from "./ask-api-server.ts";

let server: ApiServer;
const { signal } = new AbortController();
const now = new Date();

beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server?.stop());

function facts() {
  const { hostname, port } = new URL(server.server);
  const [{ cluster }] = JSON.parse(server.kubeconfig).clusters;
  const authority = Buffer.from(cluster["certificate-authority-data"], "base64").toString();
  return { address: { host: hostname, port: Number(port) }, authority };
}

test("a real API server that runs has a good answer, and says why not when it was killed", async () => {
  const { address, authority } = facts();
  expect(await askApiServer(address, authority, signal)).toBeUndefined();
  await server.kill();
  const first = await askApiServer(address, authority, signal);
  expect(first).toContain(`https://127.0.0.1:${address.port}/livez cannot be reached: connect ECONNREFUSED`);
  expect(await askApiServer(address, authority, signal)).toBe(first);
  await server.start();
  expect(await askApiServer(address, authority, signal)).toBeUndefined();
});

test("an API server that another authority vouches for is not ours", async () => {
  const { address } = facts();
  const other = createAuthority("other", now);
  expect(await askApiServer(address, other.certificate, signal)).toContain("cannot be reached");
});

test("an answer that is not good names the checks that failed", async () => {
  const authority = createAuthority("root-ca", now);
  const profile = { commonName: "kubernetes", addresses: ["127.0.0.1"], usages: ["server" as const] };
  const { certificate, key } = issue(profile, authority, now);
  const unwell = createServer({ cert: certificate, key }, (_, response) => {
    response.writeHead(500).end("[+]ping ok\n[-]etcd failed: reason withheld\nlivez check failed\n");
  });
  await new Promise<void>((resolve) => unwell.listen(0, "127.0.0.1", resolve));
  const { port } = unwell.address() as AddressInfo;
  expect(await askApiServer({ host: "127.0.0.1", port }, authority.certificate, signal)).toBe(
    `https://127.0.0.1:${port}/livez answered 500, because of etcd`,
  );
  await new Promise((resolve) => unwell.close(resolve));
});
