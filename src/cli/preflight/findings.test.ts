import { expect, test } from "vitest";
import { type Finding, findings, type Management } from "./findings.ts";

const good: Management = {
  version: "v1.34.4",
  isAdministrator: true,
  storageClasses: [{ name: "fast", isDefault: true }],
  loadBalancers: { served: 1, waiting: [] },
  nodes: [{ name: "a", ready: true, addresses: ["192.0.2.1"], freeMemory: 3 * 2 ** 30, freeCpu: 2 }],
  hasDns: true,
  networks: ["10.244.0.0/16", "10.96.0.0/12", "192.0.2.1/32"],
  daemonSets: ["cilium"],
  foreignDefinitions: [],
  release: { version: "1.34.4" },
};
const states = (changes: Partial<Management>) => {
  const found = findings({ ...good, ...changes }, "1.33");
  return Object.fromEntries(found.map(({ check, state }) => [check, state])) as Record<string, Finding["state"]>;
};
const said = (check: string, changes: Partial<Management>) =>
  findings({ ...good, ...changes }, "1.33").find((finding) => finding.check === check);

test("a management cluster with all that is needed is ok in everything", () => {
  expect(new Set(Object.values(states({})))).toEqual(new Set(["ok"]));
});

test.each<[string, Partial<Management>, string]>([
  ["Kubernetes", { version: "v1.32.9+rke2r1" }, "update it to 1.33 or newer"],
  ["rights", { isAdministrator: false }, "you are no administrator"],
  ["volumes", { storageClasses: [{ name: "slow", isDefault: false }] }, "--etcd-storage-class slow"],
  ["volumes", { storageClasses: [] }, "there is no StorageClass"],
  ["room", { nodes: [] }, "no node is ready"],
  ["room", { nodes: [{ name: "a", ready: true, addresses: [], freeMemory: 2 ** 29, freeCpu: 4 }] }, "has room"],
  ["room", { nodes: [{ name: "a", ready: true, addresses: [], freeMemory: 2 ** 33, freeCpu: 0 }] }, "has room"],
  ["load balancers", { loadBalancers: { served: 0, waiting: ["web/front"] } }, "the Service web/front has no address"],
  ["node ports", { nodes: [] }, "no node has an address"],
  ["DNS", { hasDns: false }, "no DNS server"],
  ["networks", { networks: ["10.128.0.0/9"] }, "--cluster-cidr: 10.132.0.0/14 overlaps 10.128.0.0/9"],
  ["networks", { networks: ["172.31.4.0/24"] }, "another --service-cidr"],
  [
    "definitions",
    { foreignDefinitions: [{ name: "machines.cluster.x-k8s.io", manager: "clusterctl" }] },
    "made by clusterctl",
  ],
  ["release", { release: { problem: "The registry cannot be reached" } }, "cannot be reached"],
])("%s is lacking where it is, with what to do: %j", (check, changes, says) => {
  expect(said(check, changes)).toMatchObject({ state: "lacking", says: expect.stringContaining(says) });
});

test("what cannot be seen from here is called unknown, not well", () => {
  const changes = { daemonSets: ["kube-proxy"], loadBalancers: { served: 0, waiting: [] }, release: undefined };
  expect(states(changes)).toMatchObject({
    NetworkPolicies: "unknown",
    "load balancers": "unknown",
    release: "unknown",
    Kubernetes: "ok",
  });
});

test("a load balancer that was opened to try says more than a Service that waits", () => {
  const loadBalancers = { served: 0, waiting: ["web/front"], opened: { address: "192.0.2.9" } };
  const finding = said("load balancers", { loadBalancers });
  expect(finding).toMatchObject({ state: "ok", says: expect.stringContaining("192.0.2.9") });
});

test("a load balancer that got no address may come from a slow cloud, and one that stays is said", () => {
  const loadBalancers = { served: 1, waiting: [], opened: { lingers: true } };
  const finding = said("load balancers", { loadBalancers });
  expect(finding).toMatchObject({
    state: "unknown",
    says: expect.stringContaining("no address within a minute; it has"),
  });
});

test("room is counted by what fits on each node", () => {
  const node = { name: "a", ready: true, addresses: [], freeMemory: 1.5 * 2 ** 30, freeCpu: 8 };
  expect(said("room", { nodes: [node, node] })?.says).toContain("for about 4 control planes");
  expect(said("room", { nodes: [node, { ...node, ready: false }] })?.says).toContain("for about 2 control planes");
});
