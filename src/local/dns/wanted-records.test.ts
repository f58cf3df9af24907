import { expect, test } from "vitest";
import type { Service } from "../../kube/kinds.ts";
import { wantedRecords } from "./wanted-records.ts";

function service(hostname: string | undefined, ips: string[], changes: Partial<Service> = {}): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "a",
      ...(hostname && { annotations: { "external-dns.alpha.kubernetes.io/hostname": hostname } }),
    },
    spec: { type: "LoadBalancer" },
    status: { loadBalancer: { ingress: ips.map((ip) => ({ ip })) } },
    ...changes,
  };
}

test("a Service's names have its addresses", () => {
  expect(wantedRecords([service("b.example.test, A.example.test.", ["192.0.2.1"])], "example.test")).toEqual([
    "a.example.test 192.0.2.1",
    "b.example.test 192.0.2.1",
  ]);
});

test("a name that several Services have is there once for each address", () => {
  const services = [service("a.example.test", ["192.0.2.2"]), service("a.example.test", ["192.0.2.1", "192.0.2.2"])];
  expect(wantedRecords(services, "example.test")).toEqual(["a.example.test 192.0.2.1", "a.example.test 192.0.2.2"]);
});

test.each([
  ["without a name", service(undefined, ["192.0.2.1"])],
  ["without an address", service("a.example.test", [])],
  ["that is no load balancer", service("a.example.test", ["192.0.2.1"], { spec: { type: "ClusterIP" } })],
  ["that is being deleted", service("a.example.test", ["192.0.2.1"], { metadata: { deletionTimestamp: "now" } })],
  ["of another domain", service("a.example.com", ["192.0.2.1"])],
  ["of a domain that ends alike", service("a.other-example.test", ["192.0.2.1"])],
  ["of the domain itself", service("example.test", ["192.0.2.1"])],
  ["whose name DNS does not know", service("a b.example.test,-a.example.test,a..example.test", ["192.0.2.1"])],
])("a Service %s has no record", (_, one) => {
  expect(wantedRecords([one], "example.test")).toEqual([]);
});
