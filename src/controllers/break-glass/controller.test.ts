import { expect, test } from "vitest";
import type { Context } from "../../kube/controller.ts";
import type { CertificateSigningRequest } from "../../kube/kinds.ts";
import { noLog } from "../../kube/log.ts";
import { breakGlassController } from "./controller.ts";

test("each answer is to the request as it was read, so that a denial meanwhile is not written over", async () => {
  const versions: unknown[] = [];
  const kube = {
    get: async () => ({ metadata: { name: "anna", resourceVersion: "3" } }),
    patch: async (_kind: unknown, name: string, _namespace: undefined, patch: CertificateSigningRequest) => {
      versions.push(patch.metadata?.resourceVersion);
      return { metadata: { name, resourceVersion: "6" } };
    },
  };
  const csr: CertificateSigningRequest = {
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: "anna", resourceVersion: "5" },
    spec: { signerName: "hypershift.openshift.io/clusters-demo.customer-break-glass", request: "", usages: [] },
  };
  await breakGlassController().reconcile(csr, { kube, log: noLog, now: () => new Date() } as unknown as Context);
  // The approval is used up, the request is approved, and then fails, because what it asks for cannot be read.
  expect(versions).toEqual(["3", "5", "6"]);
});
