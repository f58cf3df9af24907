import { expect, test } from "vitest";
import type { HostedCluster } from "../../api/hosted-cluster.ts";
import { nameProblems } from "./name-problems.ts";
import { networkProblems } from "./network-problems.ts";
import { serviceProblems } from "./service-problems.ts";

function cluster(spec: object, metadata: object = {}): HostedCluster {
  return {
    metadata: { name: "demo", namespace: "clusters", ...metadata },
    spec: { platform: { type: "None" }, ...spec },
  } as HostedCluster;
}

test("ordinary names are fine", () => {
  expect(nameProblems(cluster({ dns: { baseDomain: "example.com" } }))).toEqual([]);
});

test("a name that makes the namespace too long is refused", () => {
  const [problem] = nameProblems(cluster({}, { name: "a".repeat(60) }));
  expect(problem).toContain("69 characters; 63 are allowed");
});

test("a base domain is refused whose part or whole is too long", () => {
  expect(nameProblems(cluster({ dns: { baseDomain: `${"a".repeat(64)}.com` } }))[0]).toContain(
    "a part of 64 characters",
  );
  const long = `${"abcdefghi.".repeat(24)}com`;
  expect(nameProblems(cluster({ dns: { baseDomain: long } }))[0]).toContain("the base domain is too long");
});

const networks = (networking: object) => networkProblems(cluster({ networking }));
const net = (...cidrs: string[]) => cidrs.map((cidr) => ({ cidr }));

test("networks of their own are fine, also with two families", () => {
  expect(
    networks({
      clusterNetwork: net("10.132.0.0/14", "fd01::/48"),
      serviceNetwork: net("172.31.0.0/16", "fd02::/112"),
      machineNetwork: net("192.168.0.0/16"),
      apiServer: { advertiseAddress: "172.20.0.1" },
    }),
  ).toEqual([]);
});

test("networks that overlap without being equal are refused", () => {
  expect(networks({ clusterNetwork: net("10.132.0.0/14"), serviceNetwork: net("10.133.0.0/16") })).toEqual([
    "networking.clusterNetwork[0] 10.132.0.0/14 and networking.serviceNetwork[0] 10.133.0.0/16 overlap: give each network addresses of its own",
  ]);
  expect(networks({ clusterNetwork: net("10.0.0.0/16", "10.0.128.0/24") })).toHaveLength(1);
});

test("a network that cannot be read, or is too small, is refused", () => {
  expect(networks({ clusterNetwork: net("10.0.0.0/40") })[0]).toContain("is not a block of addresses");
  expect(networks({ serviceNetwork: net("172.31.0.0/29") })[0]).toContain("use /28 or larger");
  expect(networks({ clusterNetwork: [{ cidr: "10.0.0.0/24", hostPrefix: 23 }] })[0]).toContain("hostPrefix 23");
});

test("an advertised address inside a network of the cluster is refused", () => {
  expect(
    networks({ serviceNetwork: net("172.31.0.0/16"), apiServer: { advertiseAddress: "172.31.0.9" } })[0],
  ).toContain("lies in networking.serviceNetwork[0]");
});

const published = (service: string, type: string, more: object = {}) => ({
  service,
  servicePublishingStrategy: { type, ...more },
});
const usual = ["OAuthServer", "Konnectivity", "Ignition"].map((name) =>
  published(name, "NodePort", { nodePort: { address: "1.2.3.4" } }),
);

test("the usual services are fine", () => {
  expect(serviceProblems(cluster({ services: [published("APIServer", "LoadBalancer"), ...usual] }), false)).toEqual([]);
});

test("a Route is refused where the management cluster has none", () => {
  const services = [published("APIServer", "Route"), ...usual];
  expect(serviceProblems(cluster({ services }), false)[0]).toContain("use LoadBalancer or NodePort");
  expect(serviceProblems(cluster({ services }), true)).toEqual([]);
});

test.each(["APIServer", "Konnectivity"])("a cluster that does not publish %s is refused", (name) => {
  const others = [published("APIServer", "LoadBalancer"), ...usual].filter(({ service }) => service !== name);
  for (const type of ["None", "S3"]) {
    expect(serviceProblems(cluster({ services: [published(name, type), ...others] }), true)).toEqual([
      `services does not publish ${name} (type ${type}): use LoadBalancer, NodePort or Route`,
    ]);
  }
});

test("services that are missing, doubled, or share a host name or port are refused", () => {
  expect(serviceProblems(cluster({ services: usual }), true)[0]).toContain("no entry for APIServer");
  const host = { loadBalancer: { hostname: "api.example.com" } };
  const shared = [published("APIServer", "LoadBalancer", host), published("OAuthServer", "LoadBalancer", host)];
  expect(serviceProblems(cluster({ services: [...shared, ...usual] }), true)).toEqual([
    "services has more than one entry for OAuthServer: leave one",
    "services gives the host name api.example.com to APIServer and OAuthServer: each needs one of its own",
  ]);
  const port = { nodePort: { address: "1.2.3.4", port: 30001 } };
  const ports = [published("APIServer", "NodePort", port), published("OIDC", "NodePort", port), ...usual];
  expect(serviceProblems(cluster({ services: ports }), true)[0]).toContain("node port 30001 to APIServer and OIDC");
});
