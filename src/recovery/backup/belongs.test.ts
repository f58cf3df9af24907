import { expect, test } from "vitest";
import { belongsToCluster, belongsToControlPlane, namesIn } from "./belongs.ts";

test("names are taken from references, wherever they are in a spec, and from nothing else", () => {
  const spec = {
    pullSecret: { name: "pull" },
    secretEncryption: { aescbc: { activeKey: { name: "active" } } },
    configuration: {
      apiServer: { servingCerts: { namedCertificates: [{ names: ["x"], servingCertificate: { name: "cert" } }] } },
    },
    config: [{ name: "kubelet" }],
    tolerations: [{ key: "name", value: "toleration" }],
    subnet: { name: "not-a-reference", id: "7" },
    names: ["listed"],
  };
  expect([...namesIn([spec])].sort()).toEqual(["active", "cert", "kubelet", "pull"]);
});

test("of the user's namespace only what the cluster names or owns belongs to it", () => {
  const named = new Set(["pull"]);
  const owners = new Set(["uid-of-cluster"]);
  const owned = { apiVersion: "v1", kind: "HostedCluster", name: "demo", uid: "uid-of-cluster" };
  const belongs = (metadata: object) => belongsToCluster({ metadata }, named, owners);
  expect(belongs({ name: "pull" })).toBe(true);
  expect(belongs({ name: "demo-admin-kubeconfig", ownerReferences: [owned] })).toBe(true);
  expect(belongs({ name: "another", ownerReferences: [{ ...owned, uid: "of-another" }] })).toBe(false);
  expect(belongs({ name: "somebody-elses" })).toBe(false);
});

test("of the control plane's namespace everything belongs but what the management cluster puts into every namespace", () => {
  const secret = (type: string) => belongsToControlPlane({ metadata: { name: "any" }, type });
  expect(secret("Opaque")).toBe(true);
  expect(secret("kubernetes.io/tls")).toBe(true);
  expect(secret("kubernetes.io/service-account-token")).toBe(false);
  expect(belongsToControlPlane({ metadata: { name: "durable-record" } })).toBe(true);
  expect(belongsToControlPlane({ metadata: { name: "kube-root-ca.crt" } })).toBe(false);
});
