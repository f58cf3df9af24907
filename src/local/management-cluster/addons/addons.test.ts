import { expect, test } from "vitest";
import type { Deployment } from "../../../kube/kinds.ts";
import { createAuthority } from "../../../pki/certificate.ts";
import { clusterAt } from "../cluster.ts";
import { addons } from "./index.ts";

const services = {
  address: "10.90.0.2",
  baseDomain: "example.test",
  registry: "registry.example.test:5000",
  authority: createAuthority("test", new Date()),
  dnsUpdateKey: "c2VjcmV0",
};
const cluster = clusterAt({ name: "mgmt", address: "10.90.0.3", subnet: "10.90.0.0/20", number: 0, services });
const rendered = addons(cluster, (component) => `registry.example.test:5000/roost/${component}@sha256:0`);
const deployments = rendered.filter(({ kind }) => kind === "Deployment") as Deployment[];
const container = (name: string) =>
  deployments.find(({ metadata }) => metadata?.name === name)?.spec?.template.spec?.containers[0];

test("DNS, the stand-in for a cloud and local-path-provisioner run in a management cluster", () => {
  expect(deployments.map(({ metadata }) => metadata?.name)).toEqual([
    "coredns",
    "local-cloud",
    "local-path-provisioner",
  ]);
});

test("each has the ServiceAccount that it names", () => {
  const accounts = rendered.filter(({ kind }) => kind === "ServiceAccount").map(({ metadata }) => metadata?.name);
  expect(deployments.map(({ spec }) => spec?.template.spec?.serviceAccountName)).toEqual(accounts);
});

test("one class of volumes is for claims that name none", () => {
  const classes = rendered.filter(({ kind }) => kind === "StorageClass");
  const isDefault = "storageclass.kubernetes.io/is-default-class";
  expect(classes.map(({ metadata }) => [metadata?.name, metadata?.annotations?.[isDefault]])).toEqual([
    ["directory", "true"],
    ["local-path", "false"],
  ]);
});

test("the stand-in for a cloud gives out the addresses of the cluster's own pool", () => {
  expect(container("local-cloud")?.args).toEqual([
    "local-cloud",
    "--pool=10.90.1.0/24",
    "--volumes=/var/lib/local-path",
    "--domain=example.test",
    "--dns-server=10.90.0.2",
    "--dns-key=/dns-update-key/key",
    "--health-port=8081",
  ]);
});

test("the key to the DNS server is in a Secret and nowhere else", () => {
  const withKey = rendered.filter((resource) => JSON.stringify(resource).includes(services.dnsUpdateKey));
  expect(withKey.map(({ kind, metadata }) => `${kind} ${metadata?.name}`)).toEqual(["Secret dns-update-key"]);
});

test("names outside the cluster are asked of the environment's DNS server", () => {
  const config = rendered.find(({ kind }) => kind === "ConfigMap") as { data?: Record<string, string> };
  expect(config.data?.Corefile).toContain("forward . 10.90.0.2");
});
