import { expect, test } from "vitest";
import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { aSpec } from "../../testing/control-planes.ts";
import { hostedControlPlane } from "./hosted-control-plane-controller.ts";
import type { Options } from "./options.ts";

test("a control plane that nobody changes is looked at before its certificates end", () => {
  const { resyncMs } = hostedControlPlane({ namespace: "clusters-demo" } as Options);
  const annotations = { "hypershift.openshift.io/certificate-validity": "10m" };
  const validityMs = 10 * 60_000;
  const hcp: HostedControlPlane = { metadata: { name: "demo", annotations }, spec: aSpec() as never };
  expect(typeof resyncMs === "function" ? resyncMs(hcp) : resyncMs).toBeLessThan(validityMs / 4);
});
