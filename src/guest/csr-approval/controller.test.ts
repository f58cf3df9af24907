import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { beforeAll, expect, test } from "vitest";
import type { Machine } from "../../api/cluster-api.ts";
import type { Context } from "../../kube/controller.ts";
import type { Kind } from "../../kube/kind.ts";
import type { CertificateSigningRequest } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import type { Resource } from "../../kube/resource.ts";
import type { GuestOptions } from "../options.ts";
import { csrApproval } from "./controller.ts";

// What the controller reads and writes; what it decides is in decide.test.ts.

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
let request: string;

beforeAll(async () => {
  x509.cryptoProvider.set(webcrypto as never);
  const names: x509.JsonGeneralName[] = [
    { type: "dns", value: "worker-1" },
    { type: "ip", value: "10.0.0.7" },
  ];
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    name: "O=system:nodes, CN=system:node:worker-1",
    keys: (await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as never,
    signingAlgorithm: algorithm,
    extensions: [new x509.SubjectAlternativeNameExtension(names)],
  });
  request = Buffer.from(made.toString("pem")).toString("base64");
});

/** An API server that has these objects, by kind, and keeps what is patched. */
function serving(objects: Record<string, Resource[]>) {
  const patches: { name: string; patch: unknown; options: unknown }[] = [];
  const kube = {
    list: async ({ kind }: Kind) => objects[kind] ?? [],
    patch: async (_: Kind, name: string, __: unknown, patch: unknown, options: unknown) => {
      patches.push({ name, patch, options });
    },
  } as unknown as Kube;
  return { kube, patches };
}

const addresses = [
  { type: "Hostname", address: "worker-1" },
  { type: "InternalIP", address: "10.0.0.7" },
] as const;

async function reconcile(csr: Partial<CertificateSigningRequest> = {}, publishedAt = "10.0.0.1") {
  const machine = {
    metadata: { name: "m" },
    status: { nodeRef: { name: "worker-1" }, addresses },
  } as unknown as Machine;
  const management = serving({
    Cluster: [{ metadata: { name: "demo" } }],
    Machine: [machine],
    Service: [
      {
        metadata: { name: "kube-apiserver" },
        status: { loadBalancer: { ingress: [{ ip: publishedAt }] } },
      } as Resource,
    ],
  });
  const guest = serving({ Node: [{ metadata: { name: "worker-1" }, status: { addresses } } as Resource] });
  const controller = csrApproval({
    management: management.kube,
    guest: guest.kube,
    namespace: "clusters-demo",
  } as GuestOptions);
  const asked: CertificateSigningRequest = {
    metadata: { name: "csr-1", resourceVersion: "7", creationTimestamp: "2030-01-01T00:00:00Z" },
    spec: {
      signerName: "kubernetes.io/kubelet-serving",
      username: "system:node:worker-1",
      groups: ["system:nodes", "system:authenticated"],
      usages: ["digital signature", "server auth"],
      request,
    },
    ...csr,
  };
  const context = { log: noLog, now: () => new Date("2030-01-01T00:00:00Z") } as Context;
  const outcome = await controller.reconcile(asked, context);
  return { outcome, patches: guest.patches };
}

test("a kubelet's request is approved once, and only as it was when it was looked at", async () => {
  const { outcome, patches } = await reconcile();
  expect(outcome).toBeUndefined();
  expect(patches).toMatchObject([
    {
      name: "csr-1",
      patch: { metadata: { resourceVersion: "7" }, status: { conditions: [{ type: "Approved" }] } },
      options: { subresource: "approval" },
    },
  ]);
});

test.each(["Approved", "Denied"])("a request that somebody has %s is left as it is", async (type) => {
  const { outcome, patches } = await reconcile({ status: { conditions: [{ type, status: "True" }] } });
  expect(outcome).toBeUndefined();
  expect(patches).toEqual([]);
});

test("no kubelet gets a certificate for an address that a service of the control plane has", async () => {
  const { outcome, patches } = await reconcile({}, "10.0.0.7");
  expect(outcome).toMatchObject({
    reason: "LeftPending",
    message: expect.stringContaining("10.0.0.7 belongs to another node or to the cluster itself"),
  });
  expect(patches).toEqual([]);
});
