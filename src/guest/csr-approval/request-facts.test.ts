import { expect, test } from "vitest";
import type { CertificateSigningRequest } from "../../kube/kinds.ts";
import { requestFacts } from "./request-facts.ts";

const long = "x".repeat(1 << 20);
const signerName = "kubernetes.io/kubelet-serving";

function asked(spec: object, status: object = {}): CertificateSigningRequest {
  const metadata = { name: "a", resourceVersion: "7", annotations: { other: long } };
  return { metadata, spec: { signerName, request: "cmVxdWVzdA==", ...spec }, status } as CertificateSigningRequest;
}

test("a kubelet's request is kept with who asks and how it was decided", () => {
  const spec = { username: "system:node:a", groups: ["system:nodes"], usages: ["server auth"] };
  const status = { certificate: long, conditions: [{ type: "Approved", status: "True", message: long }] };
  const { metadata, ...kept } = requestFacts(asked(spec, status));
  expect(metadata).toMatchObject({ name: "a", resourceVersion: "7" });
  expect(kept).toEqual({
    spec: { signerName, request: "cmVxdWVzdA==", ...spec },
    status: { conditions: [{ type: "Approved", status: "True", message: long.slice(0, 1024) }] },
  });
});

test("a request that no kubelet makes comes without its content", () => {
  expect(requestFacts(asked({ request: long })).spec.request).toBe("");
  const other = requestFacts(asked({ signerName: "example.com/mine", username: "anna", request: "small" }));
  expect(other.spec).toEqual({ signerName: "example.com/mine", request: "" });
});

test("however much somebody writes into a request, little of it is held", () => {
  const many = Array.from({ length: 10_000 }, (_, index) => `group-${index}`);
  const status = { certificate: long, conditions: [{ type: "Approved", status: "True", message: long }] };
  const csr = asked({ request: long, groups: many, usages: many, extra: { a: [long] } }, status);
  expect(JSON.stringify(requestFacts(csr)).length).toBeLessThan(10_000);
});

test("a request of which only the name is left is read too", () => {
  expect(requestFacts({ metadata: { name: "a" } } as CertificateSigningRequest).metadata?.name).toBe("a");
});
