import { expect, test } from "vitest";
import type { Kind } from "../../kube/kind.ts";
import type { Kube, ListOptions } from "../../kube/kube.ts";
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

/** In a management cluster that serves these Routes, or none at all. */
function aPass(routes: Resource[] | undefined): Pass {
  const list = async ({ kind }: Kind, { optional }: ListOptions): Promise<Resource[]> => {
    if (kind !== "Route") return [];
    if (!routes && !optional) throw new Error("there are no Routes");
    return routes ?? [];
  };
  const kube = { list } as Pick<Kube, "list">;
  const hcp = { spec: aSpec({ services }) };
  const known = { workloads: new Map(), states: new Map(), endpoints: {} };
  return { kube, hcp, namespace: "clusters-demo", ...known } as unknown as Pass;
}

test("a paused control plane knows its addresses by Routes, so that certificates for them are renewed", async () => {
  const pass = aPass([route("kube-apiserver", "api.apps.example.com")]);
  await observeComponents(pass);
  expect(pass.endpoints).toEqual({ api: { host: "api.apps.example.com", port: 443 } });
});

test("a management cluster that serves no Routes is no error", async () => {
  const pass = aPass(undefined);
  await observeComponents(pass);
  expect(pass.endpoints).toEqual({});
});
