import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { Secret } from "../kube/kinds.ts";
import { aControlPlane } from "../testing/control-planes.ts";
import { bundles, leaves, signers } from "./certificates.ts";
import { keys, textOf } from "./keys.ts";

const now = new Date("2026-11-21T09:00:00Z");
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
const plane = aControlPlane();
const first = keys(plane, [], now);
const named = (secrets: Secret[], name: string) => secrets.find(({ metadata }) => metadata?.name === name);
const text = (secrets: Secret[], name: string, key: string) => textOf(named(secrets, name), key) ?? "";

test("every key is made once, and a second look changes nothing", () => {
  const second = keys(plane, first.secrets, later(1));
  expect(first.made.length).toBeGreaterThan(20);
  expect(second.made).toEqual([]);
  expect(second.secrets).toEqual(first.secrets);
  expect(second.configMaps).toEqual(first.configMaps);
});

test("near their end leaves are signed again with the same keys, and signers stay", () => {
  const second = keys(plane, first.secrets, later(340));
  expect(second.made.map(({ secret }) => secret).sort()).toEqual(
    leaves(plane)
      .map(({ secret }) => secret)
      .sort(),
  );
  for (const { secret } of leaves(plane))
    expect(text(second.secrets, secret, "tls.key")).toBe(text(first.secrets, secret, "tls.key"));
  for (const signer of signers) expect(named(second.secrets, signer)).toEqual(named(first.secrets, signer));
  expect(text(second.secrets, "service-account-signing-key", "service-account.key")).toBe(
    text(first.secrets, "service-account-signing-key", "service-account.key"),
  );
});

test("a signer that was replaced signs its leaves again", () => {
  const without = first.secrets.filter(({ metadata }) => metadata?.name !== "etcd-signer");
  expect(keys(plane, without, now).made.map(({ secret }) => secret)).toEqual([
    "etcd-signer",
    "etcd-server-tls",
    "etcd-peer-tls",
    "etcd-client-tls",
  ]);
});

test("a new external address is put into the certificates that hold it", () => {
  const moved = aControlPlane({ endpoints: { ...plane.endpoints, api: { host: "192.0.2.99", port: 6443 } } });
  const second = keys(moved, first.secrets, now);
  expect(second.made.map(({ secret }) => secret)).toEqual(["kas-server-crt"]);
  expect(new X509Certificate(text(second.secrets, "kas-server-crt", "tls.crt")).checkIP("192.0.2.99")).toBe(
    "192.0.2.99",
  );
  expect(text(second.secrets, "admin-kubeconfig", "kubeconfig")).toContain("https://192.0.2.99:6443");
});

test("what holds an address is not made before the address is known", () => {
  const names = keys(aControlPlane({ endpoints: {} }), [], now).secrets.map(({ metadata }) => metadata?.name);
  for (const name of [
    "kas-server-crt",
    "konnectivity-server",
    "ignition-server",
    "admin-kubeconfig",
    "bootstrap-kubeconfig",
  ])
    expect(names).not.toContain(name);
  expect(names).toContain("etcd-server-tls");
});

test("each leaf is its signer's and valid where it is used", () => {
  for (const { secret, signer } of leaves(plane)) {
    const leaf = new X509Certificate(text(first.secrets, secret, "tls.crt"));
    expect(leaf.verify(new X509Certificate(text(first.secrets, signer, "ca.crt")).publicKey), secret).toBe(true);
  }
  const server = new X509Certificate(text(first.secrets, "kas-server-crt", "tls.crt"));
  for (const host of [
    "api-demo.example.com",
    "kube-apiserver",
    "kube-apiserver.clusters-demo.svc",
    "kubernetes.default.svc",
    "localhost",
  ]) {
    expect(server.checkHost(host), host).toBe(host);
  }
  for (const address of ["172.31.0.1", "127.0.0.1"]) expect(server.checkIP(address)).toBe(address);
});

test("kubeconfigs trust the cluster's own root and reach the API by the right way", () => {
  const root = text(first.secrets, "root-ca", "ca.crt");
  const cluster = (secret: string, key = "kubeconfig") => parse(text(first.secrets, secret, key)).clusters[0].cluster;
  expect(cluster("admin-kubeconfig")).toMatchObject({
    server: "https://api-demo.example.com:6443",
    "certificate-authority-data": Buffer.from(root).toString("base64"),
  });
  expect(cluster("service-network-admin-kubeconfig").server).toBe("https://kube-apiserver:6443");
  expect(cluster("demo-abcde-kubeconfig", "value").server).toBe("https://kube-apiserver.clusters-demo.svc:6443");
  expect(named(first.secrets, "demo-abcde-kubeconfig")).toMatchObject({
    type: "cluster.x-k8s.io/secret",
    metadata: { labels: { "cluster.x-k8s.io/cluster-name": "demo-abcde" } },
  });
});

test("bundles hold the authorities that they name", () => {
  for (const [name, members] of Object.entries(bundles)) {
    const bundle = first.configMaps.find(({ metadata }) => metadata?.name === name)?.data?.["ca.crt"] ?? "";
    expect(bundle.match(/BEGIN CERTIFICATE/g)?.length, name).toBe(members.length);
  }
});

test("the user's own signing key is used where the spec names it", () => {
  const own = text(keys(plane, [], now).secrets, "service-account-signing-key", "service-account.key");
  const mine: Secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "mine" },
    data: { key: Buffer.from(own).toString("base64") },
  };
  const made = keys(
    aControlPlane({ spec: { serviceAccountSigningKey: { name: "mine" } } }),
    [...first.secrets, mine],
    now,
  );
  expect(text(made.secrets, "service-account-signing-key", "service-account.key")).toBe(own);
});

test("the password of kubeadmin is four groups of five, and gone where there are identity providers", () => {
  expect(text(first.secrets, "kubeadmin-password", "password")).toMatch(/^\w{5}-\w{5}-\w{5}-\w{5}$/);
  const spec = { configuration: { oauth: { identityProviders: [{ name: "ldap", type: "LDAP" }] } } } as never;
  expect(named(keys(aControlPlane({ spec }), first.secrets, now).secrets, "kubeadmin-password")).toBeUndefined();
});
