import { afterAll, beforeAll, expect, test } from "vitest";
import { Namespace, Service } from "../../kube/kinds.ts";
import { type ApiServer, startApiServer } from "../../testing/api-server.ts";
import { runCommand } from "../testing/run-command.ts";

// A server of its own: the namespace is one of the whole cluster, and no controller here takes it away.
let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
}, 180_000);
afterAll(() => server?.stop());

const name = "roost-preflight";

test("a namespace of the name that somebody else made stays as it is", async () => {
  const { kube } = server;
  await kube.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const { status, stderr } = await runCommand(["preflight", "--open-load-balancer"], { kube });
  expect([status, stderr]).toEqual([1, expect.stringContaining("was not made by")]);
  expect((await kube.get(Namespace, name))?.metadata?.deletionTimestamp).toBeUndefined();
});

test("a load balancer that is opened to try goes away again", async () => {
  const { kube } = server;
  await kube.patch(Namespace, name, undefined, { metadata: { labels: { "roost.dev/preflight": "" } } });
  const preflight = () => runCommand(["preflight", "--open-load-balancer", "-o", "json"], { kube });
  const [{ stdout }] = await Promise.all([preflight(), giveAddress()]);
  expect(JSON.parse(stdout)).toContainEqual(
    expect.objectContaining({ check: "load balancers", state: "ok", says: expect.stringContaining("192.0.2.77") }),
  );
  expect(await kube.list(Service, { namespace: name })).toEqual([]);
  expect((await kube.get(Namespace, name))?.metadata?.deletionTimestamp).toBeDefined();

  async function giveAddress() {
    await expect.poll(() => kube.get(Service, name, name)).toBeDefined();
    const status = { loadBalancer: { ingress: [{ ip: "192.0.2.77" }] } };
    await kube.patch(Service, name, name, { status }, { subresource: "status" });
  }
}, 120_000);
