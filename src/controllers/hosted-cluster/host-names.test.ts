import { expect, test } from "vitest";
import type { HostedCluster } from "../../api/hosted-cluster.ts";
import { hostNames } from "./host-names.ts";

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
  expect(names.follow(cluster("victim/demo", { balancer: "b.example.com" }))).toEqual(["tenant/mine"]);
  expect(names.problems(mine)).toEqual([]);
  expect(names.follow(cluster("victim/demo", { balancer: host }))).toEqual(["tenant/mine"]);
  expect(names.problems(mine)).toHaveLength(1);
  names.forget("victim/demo");
  expect(names.problems(mine)).toEqual([]);
});
