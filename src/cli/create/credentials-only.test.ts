import { expect, test } from "vitest";
import type { Kubeconfig } from "../../kube/kubeconfig.ts";
import { credentialsOnly } from "./credentials-only.ts";

const good: Kubeconfig = {
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "demo", cluster: { server: "https://api:6443", "certificate-authority-data": "Y2E=" } }],
  users: [{ name: "admin", user: { "client-certificate-data": "Yw==", "client-key-data": "aw==" } }],
  contexts: [{ name: "admin@demo", context: { cluster: "demo", user: "admin" } }],
  "current-context": "admin@demo",
};
const withUser = (user: object) => ({ ...good, users: [{ name: "admin", user }] }) as Kubeconfig;
const withCluster = (cluster: object) => ({ ...good, clusters: [{ name: "demo", cluster }] }) as Kubeconfig;

test("a kubeconfig with a certificate comes out as it was", () => {
  expect(credentialsOnly(good, "Secret a")).toEqual(good);
});

test("programs to run, files, passwords and other identities stay behind", () => {
  const more = {
    exec: { command: "sh" },
    "auth-provider": { name: "gcp" },
    "client-certificate": "/etc/shadow",
    tokenFile: "/etc/shadow",
    username: "a",
    password: "b",
    as: "system:admin",
  };
  const { users } = credentialsOnly(withUser({ ...good.users?.[0]?.user, ...more }), "Secret a");
  expect(users).toEqual(good.users);
});

test("of the server only its address, its name and its authority come along", () => {
  const more = { "insecure-skip-tls-verify": true, "proxy-url": "http://evil", "certificate-authority": "/etc/shadow" };
  const { clusters } = credentialsOnly(
    withCluster({ ...good.clusters?.[0]?.cluster, "tls-server-name": "api", ...more }),
    "Secret a",
  );
  expect(clusters?.[0]?.cluster).toEqual({ ...good.clusters?.[0]?.cluster, "tls-server-name": "api" });
});

test("a token is a credential, too", () => {
  expect(credentialsOnly(withUser({ token: "t" }), "Secret a").users?.[0]?.user).toEqual({ token: "t" });
});

test.each<[string, Kubeconfig, string]>([
  ["only a program to run", withUser({ exec: { command: "sh" } }), "neither a client certificate"],
  ["a certificate without its key", withUser({ "client-certificate-data": "Yw==" }), "neither a client certificate"],
  ["a server without TLS", withCluster({ server: "http://api", "certificate-authority-data": "Y2E=" }), "https server"],
  ["nobody to trust", withCluster({ server: "https://api:6443" }), "https server"],
])("a kubeconfig with %s is refused", (_, config, message) => {
  expect(() => credentialsOnly(config, "Secret a")).toThrow(message);
});
