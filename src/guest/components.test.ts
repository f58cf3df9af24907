import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { aRelease, aSpec } from "../testing/control-planes.ts";
import { matchesFixture } from "../testing/matches-fixture.ts";
import { componentOf, render } from "./component.ts";
import { components } from "./components.ts";
import type { Facts } from "./facts.ts";
import { konnectivityAgent } from "./konnectivity-agent/component.ts";
import { daemonSet } from "./konnectivity-agent/daemon-set.ts";
import { lookEvery } from "./konnectivity-agent/look-every.ts";

function facts(changes: Partial<Omit<Facts, "spec">> & { spec?: Partial<Facts["spec"]> } = {}): Facts {
  return {
    name: "demo",
    namespace: "clusters-demo",
    release: aRelease,
    endpoints: {
      api: { host: "api-demo.example.com", port: 6443 },
      konnectivity: { host: "192.0.2.2", port: 8091 },
    },
    konnectivityAgent: { certificate: "certificate", key: "key", authority: "authority" },
    nodeAuthorities: { apiServer: "api server", kubeletClients: "clients of kubelets" },
    nodesReady: 2,
    nodesNotReady: 0,
    pullSecret: '{"auths":{"registry.example.com":{"auth":"dXNlcjpwYXNz"}}}',
    ...changes,
    spec: aSpec(changes.spec),
  };
}

const variants: Record<string, Facts> = {
  standard: facts(),
  "own-network": facts({ spec: { networking: { ...aSpec().networking, networkType: "Other" } } }),
  "dual-stack": facts({
    spec: {
      networking: {
        networkType: "OVNKubernetes",
        clusterNetwork: [{ cidr: "10.132.0.0/14" }, { cidr: "fd01::/48" }],
        serviceNetwork: [{ cidr: "172.31.0.0/16" }, { cidr: "fd02::/112" }],
      },
      operatorConfiguration: { clusterNetworkOperator: { ovnKubernetesConfig: { mtu: 1400 } } },
    },
  }),
  configured: facts({
    endpoints: { api: { host: "192.0.2.1", port: 30443 }, konnectivity: { host: "192.0.2.1", port: 30891 } },
    additionalTrustBundle: "-----BEGIN CERTIFICATE-----\n",
    proxyTrustBundle: "the proxy's\n",
    additionalPullSecret: '{"auths":{"registry.example.org":{"auth":"YTpi"}}}',
    spec: {
      controllerAvailabilityPolicy: "HighlyAvailable",
      channel: "stable-1.34",
      imageContentSources: [{ source: "registry.example.com/team", mirrors: ["mirror.example.com/team"] }],
      dns: { baseDomain: "example.com", baseDomainPrefix: "" },
      infrastructureAvailabilityPolicy: "HighlyAvailable",
      configuration: {
        proxy: { httpProxy: "http://proxy.example.com:3128", noProxy: ".example.com", trustedCA: { name: "ca" } },
        scheduler: { profile: "HighNodeUtilization" },
        ingress: { domain: "apps.example.net" },
      } as Facts["spec"]["configuration"],
    },
  }),
};

for (const component of components) {
  describe(component.name, () => {
    for (const [variant, given] of Object.entries(variants)) {
      test(`renders for a ${variant} cluster`, () =>
        matchesFixture(
          new URL(`${component.name}/fixtures/${variant}.yaml`, import.meta.url),
          render(component, given)
            .map((object) => stringify(object, { aliasDuplicateObjects: false, lineWidth: 0 }))
            .join("---\n"),
        ));
    }

    test("marks all its objects as its own", () => {
      for (const object of render(component, facts())) expect(componentOf(object)).toBe(component.name);
    });
  });
}

test("no two components render the same object", () => {
  const names = components
    .flatMap((component) => render(component, facts()))
    .map(({ kind, metadata }) => `${kind}/${metadata?.namespace ?? ""}/${metadata?.name}`);
  expect(names).toEqual([...new Set(names)]);
});

test("every folder with a component is in the list", () => {
  const folder = new URL(".", import.meta.url);
  const folders = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(new URL(`${entry.name}/`, folder)).includes("component.ts"))
    .map(({ name }) => name);
  expect(components.map(({ name }) => name).sort()).toEqual(folders.sort());
});

test("agents of konnectivity that somebody has had started anew listen where the former ones do not", () => {
  const listensAt = (agentsRestartedAt?: string) =>
    /--health-server-host=(127[.0-9]+)/.exec(stringify(render(konnectivityAgent, facts({ agentsRestartedAt }))))?.[1];
  const [before, first, second] = [listensAt(), listensAt("2026-01-01T00:00:00Z"), listensAt("2026-01-01T00:01:00Z")];
  expect(new Set([before, first, second]).size).toBe(3);
  expect(listensAt("2026-01-01T00:01:00Z")).toBe(second);
});

test("agents look less often where there are many nodes, and go on as they did where the count is near a step", () => {
  const looks = (changes: Partial<Omit<Facts, "spec">>) =>
    lookEvery(daemonSet(facts({ ...changes, spec: { controllerAvailabilityPolicy: "HighlyAvailable" } })));
  expect(looks({ nodesReady: 20, nodesNotReady: 0 })).toBe(2);
  expect(looks({ nodesReady: 15, nodesNotReady: 6 })).toBe(5);
  expect(looks({ nodesReady: 20, nodesNotReady: 0, agentsLookEvery: 5 })).toBe(5);
});

test("nothing is rendered that depends on addresses before they are known", () => {
  const early = facts({ endpoints: {} });
  const waiting = components.filter((component) => component.canRender?.(early) === false).map(({ name }) => name);
  expect(waiting).toEqual(["kube-proxy", "network", "konnectivity-agent"]);
  for (const component of components) {
    if (!waiting.includes(component.name)) render(component, early);
  }
});
