import { expect, test } from "vitest";
import type { Kind } from "../../kube/kind.ts";
import { aSpec } from "../../testing/control-planes.ts";
import type { Pass } from "./pass.ts";
import { reportEndpoints } from "./status.ts";

test("machines are told the host that the management cluster gave the ignition server's Route", async () => {
  const ingress = [{ host: "ignition.apps.example.com" }];
  const route = { kind: "Route", metadata: { name: "ignition-server" }, status: { ingress } };
  const get = async ({ kind }: Kind, name: string) =>
    kind === "Route" && name === "ignition-server" ? route : undefined;
  const kube = { get, list: async () => [] };
  const services = aSpec().services.map((each) => ({ ...each, servicePublishingStrategy: { type: "Route" } }));
  const cluster: Partial<Pass["cluster"]> = {};
  const hostedControlPlane = { metadata: { namespace: "clusters-demo" }, spec: { ...aSpec(), services } };
  await reportEndpoints({ kube, cluster, hostedControlPlane } as unknown as Pass);
  expect(cluster.status?.ignitionEndpoint).toBe("ignition.apps.example.com");
});
