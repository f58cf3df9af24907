import { expect, test } from "vitest";
import type { Kind } from "../../kube/kind.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { aSpec } from "../../testing/control-planes.ts";
import { observeComponents } from "./observe-components.ts";
import type { Pass } from "./pass.ts";

const services = aSpec().services.map((each) => ({
  ...each,
  servicePublishingStrategy: { type: "Route" as const },
}));
const route = (name: string, host: string) => ({
  apiVersion: "route.openshift.io/v1",
  kind: "Route",
  metadata: { name },
  status: { ingress: [{ host }] },
});

function aPass(routes: boolean): Pass {
  const list = async ({ kind }: Kind): Promise<Resource[]> => {
    if (kind !== "Route") return [];
    if (!routes) throw new Error("there are no Routes");
    return [route("kube-apiserver", "api.apps.example.com")];
  };
  const kube = { list } as Pick<Kube, "list">;
  const hcp = { spec: aSpec({ services }) };
  return {
    kube,
    hcp,
    routes,
    namespace: "clusters-demo",
    endpoints: {},
    workloads: new Map(),
    states: new Map(),
  } as unknown as Pass;
}

test("a paused control plane knows its addresses by Routes, so that certificates for them are renewed", async () => {
  const pass = aPass(true);
  await observeComponents(pass);
  expect(pass.endpoints).toEqual({ api: { host: "api.apps.example.com", port: 443 } });
});

test("Routes are not looked for where the management cluster serves none", async () => {
  const pass = aPass(false);
  await observeComponents(pass);
  expect(pass.endpoints).toEqual({});
});
