import { expect, test } from "vitest";
import type { HostedCluster } from "../../api/hosted-cluster.ts";
import type { Namespace } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { hostNames, hostNamesAnnotation, hostNamesRecord } from "./host-names.ts";

interface Wish {
  balancer?: string;
  route?: string;
  api?: string;
  created?: string;
}

function cluster(key: string, { balancer, route, api, created = "2030-01-01T00:00:00Z" }: Wish = {}): HostedCluster {
  const [namespace, name] = key.split("/");
  return {
    metadata: { name, namespace, creationTimestamp: created },
    spec: {
      kubeAPIServerDNSName: api,
      services: [
        {
          service: "APIServer",
          servicePublishingStrategy: { type: "LoadBalancer", loadBalancer: { hostname: balancer } },
        },
        { service: "Ignition", servicePublishingStrategy: { type: "Route", route: { hostname: route } } },
        {
          service: "Konnectivity",
          servicePublishingStrategy: { type: "NodePort", nodePort: { address: "192.0.2.1" } },
        },
      ],
    },
  } as HostedCluster;
}

/** The namespace of a cluster that was given the names that it wants. */
function namespaceOf(each: HostedCluster): Namespace {
  const { namespace, name } = each.metadata ?? {};
  const annotations = {
    "hypershift.openshift.io/cluster": `${namespace}/${name}`,
    [hostNamesAnnotation]: hostNamesRecord(each),
  };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name: `${namespace}-${name}`, annotations } };
}

/** The problems of the second of two, the first of which is older. */
function problems(first: Wish, second: Wish, key = "tenant/mine"): string[] {
  const names = hostNames();
  const mine = cluster(key, { created: "2030-01-01T00:00:01Z", ...second });
  for (const each of [mine, cluster("victim/demo", first)]) names.follow(each);
  return names.problems(mine);
}

const host = "api.example.com";

test("a host name that another HostedCluster has is refused for the younger one, which is not told whose it is", () => {
  expect(problems({ balancer: host }, { balancer: host })).toEqual([
    `the load balancer's host name of APIServer is ${host}, which another HostedCluster has already: choose another host name`,
  ]);
  expect(problems({ balancer: host }, { balancer: host }, "victim/mine")[0]).toContain("the HostedCluster demo has");
});

test.each<[string, Wish, Wish]>([
  ["by a route", { balancer: host }, { route: host }],
  ["by the API's own name", { route: host }, { api: host }],
  ["in other letters", { balancer: host }, { balancer: "API.Example.com." }],
  ["in a list, as external-dns reads it", { api: host }, { balancer: `a.example.com, ${host}` }],
])("a name is the same %s", (_, first, second) => {
  expect(problems(first, second)).toHaveLength(1);
});

test("the older one, one with other names, and one of the same nodes' address are not refused", () => {
  expect(problems({ balancer: host }, { balancer: host, created: "2029-12-31T23:59:59Z" })).toEqual([]);
  expect(problems({ balancer: host }, { balancer: `x${host}` })).toEqual([]);
  expect(problems({}, {})).toEqual([]);
});

test("of two that were made in the same second, one has the name", () => {
  const names = hostNames();
  const both = ["b/demo", "a/demo"].map((key) => cluster(key, { balancer: host }));
  for (const each of both) names.follow(each);
  expect(both.map((each) => names.problems(each).length)).toEqual([1, 0]);
});

test("whoever waits for a name is looked at when it is changed or gone, and then has it", () => {
  const names = hostNames();
  const mine = cluster("tenant/mine", { balancer: host, created: "2031-01-01T00:00:00Z" });
  expect(names.follow(cluster("victim/demo", { balancer: host }))).toEqual([]);
  expect(names.follow(mine)).toEqual(["victim/demo"]);
  expect(names.problems(mine)).toHaveLength(1);
  expect(names.follow(cluster("victim/demo", { balancer: "b.example.com" }))).toEqual(["tenant/mine"]);
  expect(names.problems(mine)).toEqual([]);
  const late = cluster("victim/demo", { balancer: host });
  expect(names.follow(late)).toEqual(["tenant/mine"]);
  expect(names.problems(late)).toHaveLength(1);
  expect(names.problems(mine)).toEqual([]);
  names.forget("victim/demo");
  expect(names.problems(mine)).toEqual([]);
});

test("who was given a name keeps it, also from an older one that is changed to want it, and after a new start", async () => {
  const young = cluster("victim/demo", { balancer: host, created: "2031-01-01T00:00:00Z" });
  const old = (balancer?: string) => cluster("tenant/old", { balancer, created: "2030-01-01T00:00:00Z" });
  const names = hostNames();
  names.follow(old("other.example.com"));
  names.follow(young);
  expect(names.problems(young)).toEqual([]);
  expect(names.follow(old(host))).toEqual(["victim/demo"]);
  expect(names.problems(old(host))).toHaveLength(1);
  expect(names.problems(young)).toEqual([]);

  const anew = hostNames();
  for (const each of [old(host), young]) anew.follow(each);
  await anew.learn({ list: async () => [namespaceOf(young)] } as unknown as Kube);
  expect(anew.problems(old(host))).toHaveLength(1);
  expect(anew.problems(young)).toEqual([]);
});

test("a name that was given is another's once that is off the record, and who waits is looked at then", () => {
  const names = hostNames();
  const first = cluster("victim/demo", { balancer: host });
  const waits = cluster("tenant/mine", { balancer: host, created: "2031-01-01T00:00:00Z" });
  const moved = cluster("victim/demo", { balancer: "b.example.com" });
  for (const each of [first, waits]) names.follow(each);
  expect(names.problems(first)).toEqual([]);
  expect(names.record(namespaceOf(first))).toEqual(["tenant/mine"]);
  names.follow(moved);
  expect(names.problems(waits)).toHaveLength(1);
  expect(names.problems(moved)).toEqual([]);
  expect(names.problems(waits)).toHaveLength(1);
  expect(names.record(namespaceOf(moved))).toEqual(["tenant/mine"]);
  expect(names.problems(waits)).toEqual([]);
});

test("nothing is given where the record cannot be read, and it is asked again", async () => {
  const names = hostNames();
  const answers = [async () => Promise.reject(new Error("away")), async () => []];
  const kube = { list: () => answers.shift()?.() } as unknown as Kube;
  await expect(names.learn(kube)).rejects.toThrow("away");
  await names.learn(kube);
  await names.learn(kube);
  expect(answers).toEqual([]);
});
