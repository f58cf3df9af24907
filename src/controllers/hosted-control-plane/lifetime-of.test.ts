import { expect, test } from "vitest";
import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { hostedControlPlane } from "./hosted-control-plane-controller.ts";
import { lifetimeOf, lookAgainMs } from "./lifetime-of.ts";
import type { Options } from "./options.ts";

const day = 86_400_000;
const hcp = (annotations: Record<string, string>) =>
  ({
    metadata: {
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([name, value]) => [`hypershift.openshift.io/${name}`, value]),
      ),
    },
  }) as HostedControlPlane;

test.each<[string, Record<string, string>, number, number]>([
  ["a year, renewed a month before its end, where nothing is said", {}, 365 * day, 30 * day],
  ["what is asked for, renewed in its last third", { "certificate-validity": "90m" }, 5_400_000, 1_800_000],
  ["renewed as asked", { "certificate-validity": "10m", "certificate-renewal": "0.5" }, 600_000, 300_000],
  ["a year where the text is no duration", { "certificate-validity": "soon" }, 365 * day, 30 * day],
  ["a year where it is shorter than clocks agree", { "certificate-validity": "1s" }, 365 * day, 30 * day],
  [
    "no longer than a quarter of their signer",
    { "certificate-validity": "50000h" },
    912.5 * day,
    912.5 * day * (1 / 3),
  ],
  ["long enough after their renewal", { "certificate-validity": "1m", "certificate-renewal": "1e-9" }, 60_000, 20_000],
  ["long enough before it", { "certificate-validity": "1m", "certificate-renewal": "0.99999" }, 60_000, 40_000],
  ["renewed as usual where the share is none", { "certificate-renewal": "2" }, 365 * day, 30 * day],
])("certificates are valid for %s", (_, annotations, leafMs, renewBeforeMs) => {
  const lifetime = lifetimeOf(hcp(annotations));
  expect(lifetime.leafMs).toBe(leafMs);
  expect(lifetime.renewBeforeMs).toBeCloseTo(renewBeforeMs);
});

test("the controller looks at a control plane by itself as often as its certificates need it", () => {
  const { resyncMs } = hostedControlPlane({ namespace: "clusters-demo" } as Options);
  for (const plane of [hcp({}), hcp({ "certificate-validity": "10m" })])
    expect(resyncMs instanceof Function && resyncMs(plane)).toBe(lookAgainMs(plane));
});

test("certificates are looked at several times while they are to be renewed, and every few hours at least", () => {
  expect(lookAgainMs(hcp({}))).toBe(3 * 3_600_000);
  expect(lookAgainMs(hcp({ "certificate-validity": "10m" }))).toBe(50_000);
});
