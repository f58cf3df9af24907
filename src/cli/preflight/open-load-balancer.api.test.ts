import { expect, test } from "vitest";
import { Namespace, Service } from "../../kube/kinds.ts";
import { startApiServer } from "../../testing/api-server.ts";
import { runCommand } from "../testing/run-command.ts";

// A server of its own: the namespace is one of the whole cluster, and no controller here takes it away.
test("a load balancer that is opened to try goes away again", async () => {
  const server = await startApiServer();
  try {
    const { kube } = server;
    const preflight = () => runCommand(["preflight", "--open-load-balancer", "-o", "json"], { kube });
    const given = giveAddress();
    const { stdout } = await preflight();
    await given;
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({ check: "load balancers", state: "ok", says: expect.stringContaining("192.0.2.77") }),
    );
    expect(await kube.list(Service, { namespace: "roost-preflight" })).toEqual([]);
    expect((await kube.get(Namespace, "roost-preflight"))?.metadata?.deletionTimestamp).toBeDefined();

    async function giveAddress() {
      await expect
        .poll(() => kube.get(Service, "roost-preflight", "roost-preflight"), { timeout: 30_000 })
        .toBeDefined();
      await kube.patch(
        Service,
        "roost-preflight",
        "roost-preflight",
        { status: { loadBalancer: { ingress: [{ ip: "192.0.2.77" }] } } },
        { subresource: "status" },
      );
    }
  } finally {
    await server.stop();
  }
});

test("a namespace of that name that somebody else made stays as it is", async () => {
  const server = await startApiServer();
  try {
    const { kube } = server;
    await kube.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: "roost-preflight" } });
    const { status, stderr } = await runCommand(["preflight", "--open-load-balancer"], { kube });
    expect([status, stderr]).toEqual([1, expect.stringContaining("was not made by")]);
    expect((await kube.get(Namespace, "roost-preflight"))?.metadata?.deletionTimestamp).toBeUndefined();
  } finally {
    await server.stop();
  }
});
