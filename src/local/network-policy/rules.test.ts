import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import type { Namespace, NetworkPolicy, Pod } from "../../kube/kinds.ts";
import { matchesFixture } from "../../testing/matches-fixture.ts";
import { type Cluster, rules } from "./rules.ts";

let number = 0;
function pod(key: string, labels: Record<string, string> = {}, changes: { spec?: object; status?: object } = {}): Pod {
  const [namespace = "", name = ""] = key.split("/");
  number++;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels, creationTimestamp: "2026-01-01T00:00:00Z" as never },
    spec: { containers: [{ name: "c", ports: [{ name: "web", containerPort: 8080 }] }], ...changes.spec },
    status: { phase: "Running", podIPs: [{ ip: `10.244.0.${number}` }], ...changes.status },
  };
}
const namespace = (name: string, labels = {}): Namespace => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { "kubernetes.io/metadata.name": name, ...labels } },
});
const policy = (name: string, spec: string, inNamespace = "a"): NetworkPolicy => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace: inNamespace },
  spec: parse(spec),
});

/** Namespaces a and b (label team: red) with a web and a client each, and what else there may be. */
function cluster(policies: NetworkPolicy[], more: Pod[] = []): Cluster {
  number = 0;
  const pods = [
    pod("a/web", { app: "web" }),
    pod("a/client", { app: "client" }),
    pod("b/web", { app: "web" }),
    pod("b/client", { app: "client" }),
  ];
  return { pods: [...pods, ...more], namespaces: [namespace("a"), namespace("b", { team: "red" })], policies };
}

const variants: Record<string, string> = {
  "deny-all": "{ podSelector: {}, policyTypes: [Ingress, Egress] }",
  "allow-all": "{ podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}], egress: [{}] }",
  "by-label":
    "{ podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: client } } }] }] }",
  "by-namespace": "{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: red } } }] }] }",
  "by-both":
    "{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [web] }] } }] }] }",
  "by-block":
    '{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [192.0.2.0/24, 192.0.2.7/32] } }, { ipBlock: { cidr: "2001:db8::/32" } }], ports: [{ port: 443 }] }] }',
  "by-port":
    "{ podSelector: { matchLabels: { app: web } }, ingress: [{ ports: [{ port: 80 }, { port: 8000, endPort: 8010 }, { protocol: UDP, port: 53 }, { port: web }] }] }",
  "any-port-of-a-protocol": "{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ protocol: TCP }] }] }",
  "named-port-of-a-peer":
    "{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: {} }], ports: [{ port: web }] }] }",
};

for (const [name, spec] of Object.entries(variants)) {
  test(`rules render for ${name}`, () =>
    matchesFixture(new URL(`fixtures/${name}.nft`, import.meta.url), rules(cluster([policy("p", spec)]))));
}

const chain = (text: string, key: string, direction = "ingress"): string[] | undefined =>
  new RegExp(`chain ${direction}-\\d+ \\{ # ${key}\\n([^}]*)\\n {2}\\}`)
    .exec(text.replaceAll(/\{ ([^{}\n]*) \}/g, "($1)"))?.[1]
    ?.split("\n")
    .map((line) => line.trim());
const denyAll = variants["deny-all"] ?? "";

test("policies of a namespace say nothing of pods in another", () => {
  const text = rules(cluster([policy("p", denyAll)]));
  expect(chain(text, "a/web")).toEqual(["drop"]);
  expect(chain(text, "b/web")).toBeUndefined();
});

test("policies add up, and a policy for one direction leaves the other as it is", () => {
  const text = rules(cluster([policy("deny", "{ podSelector: {} }"), policy("allow", variants["by-label"] ?? "")]));
  expect(chain(text, "a/web")).toEqual(["ip saddr (10.244.0.2) return", "drop"]);
  expect(chain(text, "a/client")).toEqual(["drop"]);
  expect(chain(text, "a/web", "egress")).toBeUndefined();
});

test("a policy without policyTypes is for what leaves, too, where it has rules for that", () => {
  const text = rules(cluster([policy("p", "{ podSelector: {}, egress: [] }")]));
  expect([chain(text, "a/web"), chain(text, "a/web", "egress")]).toEqual([["drop"], ["drop"]]);
});

test("a peer that no pod is leaves nothing open", () => {
  const nobody = "{ podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: none } } }] }] }";
  expect(chain(rules(cluster([policy("p", nobody)])), "a/web")).toEqual(["drop"]);
});

test("a port's name that the pod does not have opens nothing", () => {
  const named = "{ podSelector: {}, ingress: [{ ports: [{ port: other }] }] }";
  expect(chain(rules(cluster([policy("p", named)])), "a/web")).toEqual(["drop"]);
});

test("pods in the node's network, ended pods and those without an address are nobody's peers and have no chain", () => {
  const text = rules(
    cluster(
      [policy("p", "{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }")],
      [
        pod("a/host", {}, { spec: { hostNetwork: true } }),
        pod("a/ended", {}, { status: { phase: "Succeeded" } }),
        pod("a/young", {}, { status: { podIPs: undefined } }),
      ],
    ),
  );
  expect(text).not.toMatch(/a\/(host|ended|young)/);
  expect(chain(text, "a/web")).toEqual(["ip saddr (10.244.0.2, 10.244.0.1) return", "drop"]);
});

test("an address that was given to another pod belongs to the newer one", () => {
  const later = { metadata: { creationTimestamp: "2026-01-02T00:00:00Z" } };
  const newer = pod("b/newer", {}, { status: { podIPs: [{ ip: "10.244.0.1" }] } });
  Object.assign(newer.metadata ?? {}, later.metadata);
  const text = rules(cluster([policy("p", denyAll), policy("p", denyAll, "b")], [newer]));
  expect(chain(text, "b/newer")).toEqual(["drop"]);
  expect(chain(text, "a/web")).toBeUndefined();
});

test("pods of both families are matched by both", () => {
  const both = pod("a/both", { app: "client" }, { status: { podIPs: [{ ip: "10.244.0.9" }, { ip: "fd00::9" }] } });
  const text = rules(cluster([policy("p", variants["by-label"] ?? "")], [both]));
  expect(chain(text, "a/web")).toEqual([
    "ip saddr (10.244.0.9, 10.244.0.2) return",
    "ip6 saddr (fd00::9) return",
    "drop",
  ]);
});

test("the same cluster gives the same rules in whatever order it was read", () => {
  const one = cluster([policy("p", variants["by-both"] ?? ""), policy("q", denyAll)]);
  const turned = { ...one, pods: one.pods.toReversed(), policies: one.policies.toReversed() };
  expect(rules(turned)).toBe(rules(one));
});

test("the policies of a hosted control plane can be read", async () => {
  const { readFile } = await import("node:fs/promises");
  const file = new URL("../../controllers/network-policy/fixtures/load-balancers.yaml", import.meta.url);
  const policies = parseAllDocuments(await readFile(file, "utf8")).map((each) => each.toJS() as NetworkPolicy);
  number = 0;
  const names = ["etcd", "kube-apiserver", "kube-scheduler", "control-plane-operator"];
  const pods = names.map((app) =>
    pod(`clusters-demo/${app}`, {
      app,
      ...(app === "control-plane-operator" && { "hypershift.openshift.io/need-management-kas-access": "true" }),
    }),
  );
  await matchesFixture(
    new URL("fixtures/hosted-control-plane.nft", import.meta.url),
    rules({ pods, namespaces: [namespace("clusters-demo")], policies }),
  );
});
