import { expect, test } from "vitest";
import type { Service } from "../kube/kinds.ts";
import { aSpec } from "../testing/control-planes.ts";
import { endpoints, hostPort, unpublishedServices } from "./endpoints.ts";
import { publishedServices } from "./published-services.ts";

const service = (name: string, more: Partial<Service>): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  ...more,
});
const balanced = (name: string, ingress: object) => service(name, { status: { loadBalancer: { ingress: [ingress] } } });
const published = (type: string, more: object = {}) =>
  aSpec({
    services: aSpec().services.map(({ service: name }) => ({
      service: name,
      servicePublishingStrategy: { type, ...more },
    })) as never,
  });

test("a load balancer's host name is known before the load balancer is", () => {
  expect(endpoints(aSpec(), [])).toEqual({ api: { host: "api-demo.example.com", port: 6443 } });
});

test("without a host name the load balancer's own name or address is used", () => {
  const found = endpoints(published("LoadBalancer"), [
    balanced("kube-apiserver", { ip: "192.0.2.1" }),
    balanced("konnectivity-server", { hostname: "lb.example.com" }),
    service("ignition-server", {}),
  ]);
  expect(found).toEqual({
    api: { host: "192.0.2.1", port: 6443 },
    konnectivity: { host: "lb.example.com", port: 8091 },
  });
});

test("a node port is known once it was given out", () => {
  const spec = published("NodePort", { nodePort: { address: "192.0.2.1" } });
  const ports = (nodePort?: number) =>
    service("kube-apiserver", { spec: { ports: [{ name: "kube-apiserver", port: 6443, nodePort }] } });
  expect(endpoints(spec, [ports()])).toEqual({});
  expect(endpoints(spec, [ports(30123)])).toEqual({ api: { host: "192.0.2.1", port: 30123 } });
});

test("a Route's host comes from its spec, or from the router", () => {
  const route = {
    apiVersion: "route.openshift.io/v1",
    kind: "Route",
    metadata: { name: "konnectivity-server" },
    spec: {} as never,
    status: { ingress: [{ host: "k.apps.example.com" }] },
  };
  expect(endpoints(published("Route"), [], [route])).toEqual({
    konnectivity: { host: "k.apps.example.com", port: 443 },
  });
});

test("IPv6 addresses are written in brackets", () => {
  expect(hostPort({ host: "fd00::1", port: 6443 })).toBe("[fd00::1]:6443");
  expect(hostPort({ host: "a.example.com", port: 443 })).toBe("a.example.com:443");
});

test("what nobody outside reaches is called by its Service, and only what the control plane itself needs has one", () => {
  const spec = aSpec({ services: unpublishedServices() });
  const services = publishedServices({ namespace: "drill-1", spec, routes: false, started: true }) as Service[];
  expect(services.map((each) => each.spec?.type)).toEqual(["ClusterIP", "ClusterIP"]);
  expect(endpoints(spec, services)).toEqual({
    api: { host: "kube-apiserver.drill-1.svc", port: 6443 },
    konnectivity: { host: "konnectivity-server.drill-1.svc", port: 8091 },
  });
  expect(endpoints(spec, []), "before they are there").toEqual({});
});
