import { Cluster, Machine } from "../../api/cluster-api.ts";
import { type Context, type Controller, type Wait, wait, watches } from "../../kube/controller.ts";
import { CertificateSigningRequest, Node, Service } from "../../kube/kinds.ts";
import { readCertificateRequest } from "../../pki/certificate-request.ts";
import { nodeFacts } from "../node-facts.ts";
import type { GuestOptions } from "../options.ts";
import { type Asked, type Decision, decide, type Inventory, kubeletSigners, machineApproved } from "./decide.ts";
import { requestFacts } from "./request-facts.ts";

// For what no watch tells of, such as another request that was deleted.
const lookAgainMs = 5 * 60_000;
const signers: readonly string[] = Object.values(kubeletSigners);

/**
 * Approves the certificates of kubelets on machines that belong to the hosted cluster, and denies what is forged. All
 * else stays pending, with the reason in the log, and is looked at again when a Machine or Node changes.
 */
export function csrApproval({ management, guest, namespace }: GuestOptions): Controller<CertificateSigningRequest> {
  // Requests that are not answered, with the node whose changes may change that.
  const pending = new Map<string, string>();
  const pendingFor = (names: (string | undefined)[]) =>
    [...pending].filter(([, node]) => names.includes(node)).map(([name]) => name);

  async function reconcile(csr: CertificateSigningRequest, { log, now }: Context): Promise<Wait | undefined> {
    const name = csr.metadata?.name ?? "";
    if (!signers.includes(csr.spec?.signerName ?? "") || isDecided(csr)) {
      pending.delete(name);
      return;
    }
    const asked = askedOf(csr);
    const node = asked?.request.commonName.replace("system:node:", "") ?? "";
    // Before anything is read: a change from now on leads to another look.
    pending.set(name, node);
    const { verdict, reason } = asked ? decide(asked, await readInventory()) : unreadable;
    const { signerName: signer, username: requester } = csr.spec ?? {};
    if (verdict === "leave") return wait("LeftPending", `${requester} asks for ${signer}: ${reason}`, lookAgainMs);
    await answer(csr, verdict, reason, now());
    pending.delete(name);
    const fields = { signer, requester, node, reason };
    if (verdict === "approve") log.info(fields, "certificate request approved");
    else log.warn(fields, "certificate request denied");
  }

  async function answer(
    csr: CertificateSigningRequest,
    verdict: "approve" | "deny",
    reason: string,
    at: Date,
  ): Promise<void> {
    const condition = {
      type: verdict === "approve" ? "Approved" : "Denied",
      status: "True",
      reason: verdict === "approve" ? "BelongsToTheCluster" : "Forged",
      message: reason,
      lastUpdateTime: `${at.toISOString().slice(0, 19)}Z`,
    };
    const { name = "", resourceVersion } = csr.metadata ?? {};
    // With the version: an answer that somebody else gave meanwhile is not written over.
    const patch = { metadata: { resourceVersion }, status: { conditions: [condition] } };
    await guest.patch(CertificateSigningRequest, name, undefined, patch, { subresource: "approval" });
  }

  async function readInventory(): Promise<Inventory> {
    const [clusters, machines, nodes, requests, services] = await Promise.all([
      management.list(Cluster, { namespace, metadataOnly: true }),
      management.list(Machine, { namespace }),
      guest.list(Node, { pick: nodeFacts }),
      guest.list(CertificateSigningRequest, {
        fields: { "spec.signerName": kubeletSigners.client },
        pick: requestFacts,
      }),
      management.list(Service, { namespace }),
    ]);
    return {
      // A platform without Machines has no Cluster that they could belong to.
      machines: clusters.length > 0 ? machines : undefined,
      nodes,
      approved: requests.filter(isApproved).flatMap((csr) => approvedOf(csr)),
      reserved: services.flatMap(({ status }) => (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? [])),
    };
  }

  return {
    name: "csr-approval",
    kind: CertificateSigningRequest,
    pick: requestFacts,
    watches: [
      watches({ kind: Node, pick: nodeFacts, keysOf: ({ metadata }) => pendingFor([metadata?.name]) }),
      watches({
        kube: management,
        kind: Machine,
        namespace,
        keysOf: ({ status }) =>
          pendingFor([status?.nodeRef?.name, ...(status?.addresses ?? []).map(({ address }) => address)]),
      }),
    ],
    // One after the other: of two requests for the same machine, the second must see what became of the first.
    workers: 1,
    reconcile,
    gone: (name) => pending.delete(name),
  };
}

const unreadable: Decision = { verdict: "leave", reason: "it cannot be read as a request of a kubelet" };

function askedOf({ metadata, spec }: CertificateSigningRequest): Asked | undefined {
  try {
    return {
      name: metadata?.name ?? "",
      signer: spec?.signerName ?? "",
      requester: spec?.username ?? "",
      groups: spec?.groups ?? [],
      usages: spec?.usages ?? [],
      created: new Date(metadata?.creationTimestamp ?? 0),
      request: readCertificateRequest(Buffer.from(spec?.request ?? "", "base64").toString("latin1")),
    };
  } catch {
    return;
  }
}

function approvedOf(csr: CertificateSigningRequest): Inventory["approved"] {
  const asked = askedOf(csr);
  if (!asked) return [];
  const { name, created, request } = asked;
  const approval = csr.status?.conditions?.find(({ type }) => type === "Approved");
  const machine = machineApproved(approval?.message ?? "");
  return [{ name, created, commonName: request.commonName, publicKeyHash: request.publicKeyHash, machine }];
}

function isDecided({ status }: CertificateSigningRequest): boolean {
  return (status?.conditions ?? []).some(({ type }) => type === "Approved" || type === "Denied");
}

function isApproved({ status }: CertificateSigningRequest): boolean {
  return (status?.conditions ?? []).some(({ type }) => type === "Approved");
}
