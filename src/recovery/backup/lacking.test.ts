import { expect, test } from "vitest";
import type { Resource } from "../../kube/resource.ts";
import { createAuthority, createSigningKey, fingerprintOf, fingerprintOfKey } from "../../pki/certificate.ts";
import { lacking } from "./lacking.ts";
import { recorded } from "./recorded.ts";

const authority = createAuthority("root-ca", new Date());
const tokens = createSigningKey();
const base64 = (text: string) => Buffer.from(text).toString("base64");
const object = (kind: string, namespace: string, name: string, more: object = {}): Resource => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace },
  ...more,
});
const secret = (name: string, data: Record<string, string>, namespace = "clusters-demo") =>
  object("Secret", namespace, name, { data: Object.fromEntries(Object.entries(data).map(([k, v]) => [k, base64(v)])) });
const fingerprints = {
  "root-ca": { fingerprints: [fingerprintOf(authority.certificate), "former"] },
  "service-account-signing-key": { fingerprints: [fingerprintOfKey(tokens.publicKey)] },
};
const whole = (spec: object = { secretEncryption: { type: "aescbc" } }) => [
  object("HostedCluster", "clusters", "demo", { spec }),
  object("HostedControlPlane", "clusters-demo", "demo"),
  object("ConfigMap", "clusters-demo", "durable-record", { data: { signers: JSON.stringify(fingerprints) } }),
  secret("root-ca", { "ca.crt": authority.certificate, "ca.key": authority.key }),
  secret("service-account-signing-key", { "service-account.key": tokens.key }),
  secret("kube-apiserver-encryption", { "encryption.json": '{"resources":[{"providers":[{"aescbc":{}}]}]}' }),
];
const found = (objects: Resource[]) => lacking(objects.map(recorded));
const without = (name: string, kind?: string) =>
  whole().filter((each) => each.metadata?.name !== name || (kind && each.kind !== kind));
const other = createAuthority("root-ca", new Date());

test("nothing is lacking in what a cluster has", () => {
  expect(found(whole())).toEqual([]);
});

test("a key of service accounts that is the user's own lies beside the HostedCluster", () => {
  const spec = { serviceAccountSigningKey: { name: "mine" } };
  const own = whole(spec).filter(({ metadata }) => metadata?.name !== "service-account-signing-key");
  expect(found(own)).toEqual(["the Secret clusters/mine is not there"]);
  expect(found([...own, secret("mine", { key: createSigningKey().key }, "clusters")])).toEqual([]);
});

test.each([
  ["the HostedCluster", without("demo", "HostedCluster"), "the HostedCluster is not among"],
  ["the HostedControlPlane", without("demo", "HostedControlPlane"), "HostedControlPlane clusters-demo/demo is not"],
  ["the record", without("durable-record"), "durable-record is not there or names no signers"],
  ["a signer", without("root-ca"), "the Secret clusters-demo/root-ca is not there"],
  ["the tokens' key", without("service-account-signing-key"), "service-account-signing-key is not there"],
  ["the keys of etcd", without("kube-apiserver-encryption"), "kube-apiserver-encryption with the keys"],
  [
    "the right signer",
    [...without("root-ca"), secret("root-ca", { "ca.crt": other.certificate, "ca.key": other.key })],
    "root-ca holds another key than the durable record names",
  ],
  [
    "a signer's key",
    [...without("root-ca"), secret("root-ca", { "ca.crt": authority.certificate })],
    "root-ca holds no key that can be read",
  ],
])("without %s a backup is of no use", (_what, objects, problem) => {
  expect(found(objects)).toEqual([expect.stringContaining(problem)]);
});
