import { expect, test } from "vitest";
import { stringify } from "yaml";
import { render } from "../../control-plane/component.ts";
import { unpublishedServices } from "../../control-plane/endpoints.ts";
import { components } from "../../control-plane/index.ts";
import type { Deployment, EndpointSlice, NetworkPolicy, Node } from "../../kube/kinds.ts";
import { matchesSelector } from "../../kube/matches-selector.ts";
import { aControlPlane, aSpec } from "../../testing/control-planes.ts";
import { matchesFixture } from "../../testing/matches-fixture.ts";
import { controlPlaneOperator } from "../hosted-cluster/control-plane-operator.ts";
import { type Found, managementNetworks } from "./management-networks.ts";
import { networkPolicies, type PolicyFacts } from "./network-policies.ts";

const node = (podCIDRs: string[], ...addresses: [type: string, address: string][]): Node => ({
  apiVersion: "v1",
  kind: "Node",
  spec: { podCIDRs },
  status: { addresses: addresses.map(([type, address]) => ({ type, address })) },
});
const slice = (...addresses: string[]): EndpointSlice => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  addressType: addresses[0]?.includes(":") ? "IPv6" : "IPv4",
  endpoints: [{ addresses }],
  ports: [{ name: "https", port: 6443, protocol: "TCP" }],
});
const dualStack: Found = {
  nodes: [
    node(["10.244.1.0/24", "fd00:244:1::/64"], ["InternalIP", "192.0.2.12"], ["InternalIP", "2001:db8::12"]),
    node(["10.244.0.0/24", "fd00:244::/64"], ["InternalIP", "192.0.2.11"], ["Hostname", "one"]),
  ],
  apiSlices: [slice("192.0.2.11"), slice("2001:db8::11")],
  serviceCidrs: [{ apiVersion: "networking.k8s.io/v1", kind: "ServiceCIDR", spec: { cidrs: ["10.96.0.0/12"] } }],
  blocked: ["198.51.100.0/24"],
};
const oneFamily: Found = {
  nodes: [node(["10.244.0.0/16"], ["InternalIP", "192.0.2.11"])],
  apiSlices: [slice("192.0.2.11")],
  serviceCidrs: [],
  blocked: [],
};
const published = (type: string) =>
  aSpec({
    services: ["APIServer", "Konnectivity", "Ignition"].map((service) => ({
      service,
      servicePublishingStrategy: { type },
    })) as PolicyFacts["services"],
  });
const unmanaged = (endpoint: string): PolicyFacts => ({
  ...aSpec({ etcd: { managementType: "Unmanaged", unmanaged: { endpoint, tls: { clientSecret: { name: "etcd" } } } } }),
  home: "mine",
});

const variants: Record<string, [PolicyFacts, Found]> = {
  "load-balancers": [{ ...aSpec(), operatorNamespace: "hypershift" }, dualStack],
  routes: [published("Route"), oneFamily],
  "unpublished-ignition": [
    {
      ...published("NodePort"),
      services: published("NodePort").services.filter(({ service }) => service !== "Ignition"),
    },
    oneFamily,
  ],
  drill: [{ ...aSpec({ services: unpublishedServices() }), operatorNamespace: "hypershift", isDrill: true }, oneFamily],
  "moved-snapshots": [{ ...aSpec(), movesSnapshots: true }, oneFamily],
  "unmanaged-etcd": [unmanaged("https://etcd-client.mine.svc:2379"), oneFamily],
};

for (const [name, [spec, found]] of Object.entries(variants)) {
  test(`policies render for ${name}`, () =>
    matchesFixture(
      new URL(`fixtures/${name}.yaml`, import.meta.url),
      networkPolicies("clusters-demo", spec, managementNetworks(found))
        .map((each) => stringify(each, { lineWidth: 0, aliasDuplicateObjects: false }))
        .join("---\n"),
    ));
}

const policies = (spec: PolicyFacts = aSpec()) => networkPolicies("clusters-demo", spec, managementNetworks(dualStack));
const appsOf = ({
  matchLabels,
  matchExpressions,
}: {
  matchLabels?: Record<string, string>;
  matchExpressions?: { values?: string[] }[];
}) => (matchLabels?.app ? [matchLabels.app] : (matchExpressions?.flatMap(({ values = [] }) => values) ?? []));
const selects = (policy: NetworkPolicy, app: string) => appsOf(policy.spec?.podSelector ?? {}).includes(app);

test("nothing is open to pods that no rule names", () => {
  const [first] = policies();
  expect(first?.spec).toMatchObject({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  expect(first?.spec?.ingress).toBeUndefined();
  expect(first?.spec?.egress?.flatMap(({ ports }) => ports?.map(({ port }) => port))).toEqual([53, 53, 5353, 5353]);
});

test("etcd is reached by its peers, the API server and the control-plane-operator, and by nobody else", () => {
  const rules = policies()
    .filter((policy) => selects(policy, "etcd"))
    .flatMap(({ spec }) => spec?.ingress ?? []);
  expect(
    rules.map(({ from = [], ports = [] }) => [
      from.map(({ podSelector, namespaceSelector, ipBlock }) => [
        appsOf(podSelector ?? {}),
        namespaceSelector,
        ipBlock,
      ]),
      ports.map(({ port }) => port),
    ]),
  ).toEqual([
    [[[["etcd", "kube-apiserver", "control-plane-operator"], undefined, undefined]], [2379]],
    [[[["etcd"], undefined, undefined]], [2380]],
    [[[["control-plane-operator"], undefined, undefined]], [2381]],
  ]);
});

test("no rule lets in everybody at every port", () => {
  for (const { metadata, spec } of policies()) {
    for (const { from = [], ports = [] } of spec?.ingress ?? []) {
      expect(`${metadata?.name}: ${from.length + ports.length > 0 && ports.length > 0}`).toBe(
        `${metadata?.name}: true`,
      );
    }
  }
});

test("kube-apiserver reaches the world, but no address of the management cluster, its metadata, or what is kept apart", () => {
  const blocks = policies()
    .filter((policy) => selects(policy, "kube-apiserver"))
    .flatMap(({ spec }) => spec?.egress ?? [])
    .flatMap(({ to = [] }) => to.flatMap(({ ipBlock }) => ipBlock ?? []));
  expect(blocks.map(({ cidr }) => cidr)).toEqual(["0.0.0.0/0", "::/0"]);
  const kept = blocks.flatMap(({ except = [] }) => except);
  const management = ["192.0.2.11/32", "192.0.2.12/32", "10.244.0.0/24", "10.244.1.0/24", "10.96.0.0/12"];
  const six = ["2001:db8::11/128", "2001:db8::12/128", "fd00:244::/64", "fd00:244:1::/64", "fe80::/10"];
  for (const block of [...management, ...six, "169.254.0.0/16", "198.51.100.0/24"]) expect(kept).toContain(block);
  for (const { cidr, except = [] } of blocks) {
    expect(except.filter((block) => block.includes(":") !== cidr.includes(":"))).toEqual([]);
  }
});

test("etcd fetches snapshots from no API server, no Service and nothing that is kept apart, but from beside the nodes", () => {
  const policy = policies({ ...aSpec(), movesSnapshots: true }).find(
    ({ metadata }) => metadata?.name === "etcd-moves-snapshots",
  );
  const peers = policy?.spec?.egress?.flatMap(({ to = [] }) => to) ?? [];
  const kept = peers.flatMap(({ ipBlock }) => ipBlock?.except ?? []);
  const apart = ["192.0.2.11/32", "2001:db8::11/128", "10.96.0.0/12", "198.51.100.0/24", "10.244.0.0/24"];
  expect(kept).toEqual(expect.arrayContaining(apart));
  expect(kept).not.toContain("192.0.2.12/32");
});

test("only the two programs that need it reach the management API, those of older releases too, and not at other tenants' pods", () => {
  const [policy, ...more] = policies().filter(({ spec }) =>
    JSON.stringify(spec?.egress ?? []).includes("192.0.2.11/32"),
  );
  expect(more.map(({ metadata }) => metadata?.name)).toEqual(["management-kas"]);
  expect(policy?.metadata?.name).toBe("kas");
  const [kas] = more;
  expect(kas?.spec?.podSelector?.matchExpressions).toEqual([
    { key: "app", operator: "In", values: ["control-plane-operator", "ignition-server"] },
  ]);
  expect(kas?.spec?.egress?.[0]).toEqual({
    to: [{ ipBlock: { cidr: "192.0.2.11/32" } }, { ipBlock: { cidr: "2001:db8::11/128" } }],
    ports: [{ protocol: "TCP", port: 6443 }],
  });
  expect(kas?.spec?.egress?.at(-1)?.to?.[0]?.ipBlock?.except).toContain("10.244.1.0/24");
});

test("the control-plane-operator reaches the router where the API server is behind a Route, and only there", () => {
  const toRouter = (spec: PolicyFacts) =>
    policies(spec)
      .filter(({ spec }) =>
        JSON.stringify(spec?.egress ?? []).includes('"network.openshift.io/policy-group":"ingress"'),
      )
      .map(({ metadata }) => metadata?.name);
  expect(toRouter(published("Route"))).toEqual(["management-kas"]);
  expect(toRouter(published("LoadBalancer"))).toEqual([]);
});

test("labels that the author of a HostedCluster gives to all pods open nothing for kube-apiserver", () => {
  const labels = { "hypershift.openshift.io/need-management-kas-access": "true", app: "ignition-server" };
  const plane = aControlPlane({ spec: { labels } });
  const chosen = components.flatMap((component) =>
    render(component, plane).flatMap((object) => {
      const template = (object as Deployment).spec?.template;
      if (!template?.spec) return [];
      const selected = policies().filter(({ spec }) => matchesSelector(template.metadata?.labels, spec?.podSelector));
      return selected.some(({ metadata }) => metadata?.name === "management-kas") ? [component.name] : [];
    }),
  );
  expect(chosen).toEqual(["ignition-server"]);
});

test("a published service is open at its port, an unpublished one is not", () => {
  const ports = (spec: PolicyFacts) =>
    networkPolicies("n", spec, managementNetworks(oneFamily))
      .filter(({ metadata }) => metadata?.name !== "openshift-monitoring")
      .flatMap(({ spec }) => (spec?.ingress ?? []).filter(({ from }) => !from))
      .flatMap((rule) => rule.ports?.map(({ port }) => port));
  expect(ports(published("LoadBalancer"))).toEqual([6443, 8091, 9090]);
  expect(ports(published("None"))).toEqual([6443]);
});

test("an etcd of the user's is reached beside the HostedCluster, but not in a namespace that is somebody else's", () => {
  const namespaces = (endpoint: string) =>
    policies(unmanaged(endpoint))
      .flatMap(({ spec }) => spec?.egress ?? [])
      .flatMap(({ to = [] }) =>
        to.flatMap(({ namespaceSelector }) => namespaceSelector?.matchLabels?.["kubernetes.io/metadata.name"] ?? []),
      )
      .filter((name) => name !== "openshift-dns");
  expect(namespaces("https://etcd-client.mine.svc:2379")).toEqual(["mine"]);
  expect(namespaces("https://etcd-client.mine.svc.cluster.local:2379")).toEqual(["mine"]);
  expect(namespaces("https://etcd-client.kube-system.svc:2379")).toEqual([]);
  expect(namespaces("https://etcd.example.com:2379")).toEqual([]);
  expect(policies(unmanaged("https://etcd.example.com:2379")).map(({ metadata }) => metadata?.name)).not.toContain(
    "etcd",
  );
});

test("every component of a control plane has a rule of its own", () => {
  const byLabel = ["ignition-server"];
  const named = components.filter(({ name }) =>
    policies().some((policy) => selects(policy, name) && (policy.spec?.egress || byLabel.includes(name))),
  );
  expect(named.map(({ name }) => name)).toEqual(components.map(({ name }) => name));
});

test("monitoring reaches the metrics of the control-plane-operator, by the name of its port", () => {
  const facts = { namespace: "clusters-demo", cluster: "demo", image: "r.example.com/roost:1", releaseImage: "" };
  const deployment = controlPlaneOperator(facts).find(({ kind }) => kind === "Deployment") as Deployment;
  const names = deployment.spec?.template?.spec?.containers[0]?.ports?.map(({ name }) => name);
  const monitoring = policies().find(({ metadata }) => metadata?.name === "openshift-monitoring");
  const opened = monitoring?.spec?.ingress?.flatMap(({ ports = [] }) => ports.map(({ port }) => port));
  expect(names).toEqual(["metrics"]);
  expect(opened).toContain("metrics");
});

test("the same networks give the same policies, in whatever order they were found", () => {
  const turned = { ...dualStack, nodes: dualStack.nodes.toReversed(), apiSlices: dualStack.apiSlices.toReversed() };
  expect(managementNetworks(turned)).toEqual(managementNetworks(dualStack));
});

test("of a drill's pods only the control-plane-operator reaches outside, and nobody outside reaches any of them", () => {
  const [drill] = variants.drill as [PolicyFacts, Found];
  const found = policies({ ...drill, movesSnapshots: true });
  const outside = found.filter(({ spec }) =>
    spec?.egress?.some(({ to = [] }) => to.some(({ ipBlock, namespaceSelector }) => ipBlock || namespaceSelector)),
  );
  // The names of the first are DNS, the last of etcd is the Job that serves the snapshot.
  expect(outside.map(({ metadata }) => metadata?.name)).toEqual(["default-deny", "etcd", "management-kas"]);
  const strangers = found
    .flatMap(({ spec }) => spec?.ingress ?? [])
    .filter(({ from }) => !from?.every(({ ipBlock, namespaceSelector }) => !ipBlock && !namespaceSelector));
  expect(strangers).toEqual([]);
  const programs = JSON.stringify(found).match(/"recovery.roost.dev\/program":"[^"]*"/g);
  expect(programs).toEqual(['"recovery.roost.dev/program":"serve-drill"']);
});
