import { expect, test } from "vitest";
import { askedSigner } from "./asked-signer.ts";

test.each(["customer-break-glass", "sre-break-glass"])("a request names the signer %s of one control plane", (name) => {
  const asked = askedSigner(`hypershift.openshift.io/clusters-demo.${name}`);
  expect(asked).toEqual({ namespace: "clusters-demo", signerClass: name });
});

test.each([
  undefined,
  "",
  "kubernetes.io/kube-apiserver-client",
  "hypershift.openshift.io/clusters-demo.root-ca",
  "hypershift.openshift.io/clusters-demo.toString",
  "hypershift.openshift.io/customer-break-glass",
  "hypershift.openshift.io/a.b.customer-break-glass",
  "evil.io/hypershift.openshift.io/clusters-demo.customer-break-glass",
  "example.com/clusters-demo.customer-break-glass",
])("%s is no signer for emergencies", (name) => {
  expect(askedSigner(name)).toBeUndefined();
});
