import { expect, test } from "vitest";
import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import type { Context } from "../../kube/controller.ts";
import { networkPolicyController } from "./controller.ts";
import type { NetworksAnswer } from "./management-networks.ts";

const plane = { metadata: { name: "demo", namespace: "clusters-demo" } } as HostedControlPlane;
const pass = (managementNetworks: () => Promise<NetworksAnswer>, signal: AbortSignal) =>
  networkPolicyController({ managementNetworks, operatorNamespace: "hypershift" }).reconcile(plane, {
    signal,
  } as Context);
const unread = {
  reason: "ManagementNetworksUnknown",
  message: expect.stringMatching(/^The networks of the management cluster were not read yet, .* NetworkPolicies /),
};

test("networks of which nothing is known, not even why, are said to be not read yet", async () => {
  expect(await pass(async () => ({}), new AbortController().signal)).toMatchObject(unread);
});

test("a pass whose time is over ends, though the networks were not read", async () => {
  const stop = new AbortController();
  const passing = pass(() => new Promise(() => {}), stop.signal);
  stop.abort();
  expect(await passing).toMatchObject(unread);
});
