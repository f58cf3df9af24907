import { expect, test } from "vitest";
import type { Context } from "../../kube/controller.ts";
import type { CertificateSigningRequest, Event } from "../../kube/kinds.ts";
import { noLog } from "../../kube/log.ts";
import type { Resource } from "../../kube/resource.ts";
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

const usedFor = "hypershift.openshift.io/approved-request";
const approvedAt = "2026-11-21T09:00:00Z";

/** What a pass writes about a request, which the approval that is there has approved or not. */
async function pass(approval: Resource["metadata"], status: CertificateSigningRequest["status"]) {
  const patches: unknown[] = [];
  const events: Event[] = [];
  const kube = {
    get: async (kind: { kind: string }) => (kind.kind === "Event" ? undefined : { metadata: approval }),
    patch: async (_kind: unknown, _name: string, _namespace: string, patch: Resource) => patches.push(patch.metadata),
    create: async (event: Event) => events.push(event),
  };
  const csr: CertificateSigningRequest = {
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: "anna", uid: "1" },
    spec: { signerName: "hypershift.openshift.io/clusters-demo.customer-break-glass", request: "", usages: [] },
    status,
  };
  await breakGlassController().reconcile(csr, { kube, log: noLog, now: () => new Date() } as unknown as Context);
  return { patches, events };
}

const signed = (reason: string): CertificateSigningRequest["status"] => ({
  conditions: [{ type: "Approved", status: "True", reason, lastUpdateTime: approvedAt }],
  certificate: "YQ==",
});

test("an approval that a former release used up is good for no other request either", async () => {
  const before = { resourceVersion: "3", creationTimestamp: "2026-11-21T08:59:59Z" };
  const { patches } = await pass(before, signed("ApprovalPresent"));
  expect(patches).toEqual([{ resourceVersion: "3", annotations: { [usedFor]: "1" } }]);
});

test.each([
  ["made after the request was approved", { creationTimestamp: "2026-11-21T09:00:01Z" }, "ApprovalPresent"],
  ["not what approved the request", { creationTimestamp: "2026-11-21T08:59:59Z" }, "ApprovedByHand"],
  ["marked already", { creationTimestamp: approvedAt, annotations: { [usedFor]: "0" } }, "ApprovalPresent"],
])("an approval that is %s is left as it is", async (_, approval, reason) => {
  expect((await pass(approval, signed(reason))).patches).toEqual([]);
});

test("a request that waits because its approval was for a former one says what to do where users look", async () => {
  const { patches, events } = await pass({ annotations: { [usedFor]: "0" } }, {});
  expect(patches).toEqual([]);
  expect(events).toMatchObject([
    { type: "Warning", reason: "ApprovalUsed", involvedObject: { kind: "CertificateSigningRequest", uid: "1" } },
  ]);
  expect(events[0]?.message).toContain("delete the approval and make it again");
});
