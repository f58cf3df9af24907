import { CertificateSigningRequestApproval } from "../../api/certificate-signing-request-approval.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { breakGlassMs, breakGlassSigners } from "../../control-plane/certificates.ts";
import { findCondition } from "../../kube/conditions.ts";
import { type Context, type Controller, type Outcome, wait, watches } from "../../kube/controller.ts";
import { recordEvent } from "../../kube/events.ts";
import { CertificateSigningRequest, Secret } from "../../kube/kinds.ts";
import { textOf } from "../../kube/text-of.ts";
import { certify, isPair } from "../../pki/certificate.ts";
import { type CertificateRequest, readCertificateRequest } from "../../pki/certificate-request.ts";
import { type AskedSigner, askedSigner } from "./asked-signer.ts";
import { requestProblem } from "./request-problem.ts";

/** A shorter one would be over before it is used. */
const shortestMs = 10 * 60_000;

/**
 * Signs requests for credentials that get into a hosted cluster in an emergency: each is approved by a
 * CertificateSigningRequestApproval of its name in the control plane's namespace, or by hand.
 */
export function breakGlassController(): Controller<CertificateSigningRequest> {
  return {
    name: "break-glass",
    kind: CertificateSigningRequest,
    watches: [watches({ kind: CertificateSigningRequestApproval, keysOf: ({ metadata }) => [metadata?.name ?? ""] })],
    async reconcile(csr, context) {
      const asked = askedSigner(csr.spec?.signerName);
      if (!asked) return;
      await markFormerApproval(csr, asked, context);
      if (csr.status?.certificate || has(csr, "Denied") || has(csr, "Failed")) return;
      if (!has(csr, "Approved") && !(await approve(csr, asked, context))) return;
      return sign(csr, asked, context);
    },
  };
}

const has = ({ status }: CertificateSigningRequest, type: string) =>
  status?.conditions?.some((each) => each.type === type && each.status === "True") ?? false;

const approvalPresent = "ApprovalPresent";

/** On an approval: the UID of the one request that it approved. */
const usedForAnnotation = "hypershift.openshift.io/approved-request";

/**
 * True where an approval of its name is there that has not approved another request; it is written into the request. An
 * approval is for the first request of its name: whoever may make requests could make another one after that.
 */
async function approve(
  csr: CertificateSigningRequest,
  { namespace }: AskedSigner,
  { kube, now, log }: Context,
): Promise<boolean> {
  const { name = "", uid } = csr.metadata ?? {};
  const approval = await kube.get(CertificateSigningRequestApproval, name, namespace);
  if (!approval) return false;
  const usedFor = approval.metadata?.annotations?.[usedForAnnotation];
  if (usedFor !== undefined && usedFor !== uid) {
    log.warn(
      { request: name, namespace },
      "left a request alone: its approval was for a former one of this name; delete the approval and make it again",
    );
    await recordEvent({ kube, log, component: "break-glass", now }, csr, {
      type: "Warning",
      reason: "ApprovalUsed",
      message: `The CertificateSigningRequestApproval ${namespace}/${name} was for a former request of this name: delete the approval and make it again`,
    });
    return false;
  }
  // First: it must not be good for two.
  if (usedFor === undefined) await markUsed(approval, csr, namespace, kube);
  await answer(csr, "approval", kube, {
    conditions: [
      ...(csr.status?.conditions ?? []),
      {
        type: "Approved",
        status: "True",
        reason: approvalPresent,
        message: `The CertificateSigningRequestApproval ${namespace}/${name} is there`,
        lastUpdateTime: now().toISOString(),
      },
    ],
  });
  log.info({ request: name, namespace }, "approved a request for emergencies");
  return true;
}

/** Former releases did not write down what an approval was used for. One that is younger is for another request. */
async function markFormerApproval(
  csr: CertificateSigningRequest,
  { namespace }: AskedSigner,
  { kube }: Context,
): Promise<void> {
  const approved = csr.status?.conditions?.find(
    ({ type, reason }) => type === "Approved" && reason === approvalPresent,
  );
  if (!approved) return;
  const approval = await kube.get(CertificateSigningRequestApproval, csr.metadata?.name ?? "", namespace);
  const { annotations, creationTimestamp } = approval?.metadata ?? {};
  if (!approval || annotations?.[usedForAnnotation] !== undefined) return;
  if (Date.parse(creationTimestamp ?? "") > Date.parse(approved.lastUpdateTime ?? "")) return;
  await markUsed(approval, csr, namespace, kube);
}

/** Refused where somebody else changed the approval meanwhile. */
async function markUsed(
  { metadata }: CertificateSigningRequestApproval,
  csr: CertificateSigningRequest,
  namespace: string,
  kube: Context["kube"],
): Promise<void> {
  const { name = "", uid } = csr.metadata ?? {};
  const used = { resourceVersion: metadata?.resourceVersion, annotations: { [usedForAnnotation]: uid } };
  await kube.patch(CertificateSigningRequestApproval, name, namespace, { metadata: used });
}

async function sign(csr: CertificateSigningRequest, asked: AskedSigner, context: Context): Promise<Outcome> {
  const { kube, now, log } = context;
  const request = requestOf(csr);
  const problem =
    typeof request === "string" ? request : requestProblem(asked.signerClass, csr.spec?.usages ?? [], request);
  if (problem || typeof request === "string") {
    const failed = { type: "Failed", status: "True", reason: "SignerValidationFailure", message: problem };
    const conditions = [...(csr.status?.conditions ?? []), { ...failed, lastUpdateTime: now().toISOString() }];
    await answer(csr, "status", kube, { conditions });
    return;
  }
  const secretName = breakGlassSigners[asked.signerClass];
  const [secret, planes] = await Promise.all([
    kube.get(Secret, secretName, asked.namespace),
    kube.list(HostedControlPlane, { namespace: asked.namespace }),
  ]);
  const keys = planes.map(({ status }) => findCondition(status?.conditions, "SigningKeysAvailable"))[0];
  const authority = { certificate: textOf(secret, "ca.crt"), key: textOf(secret, "ca.key") };
  if (keys?.status !== "True" || !isPair(authority)) {
    const message = `The signer ${secretName} in the namespace ${asked.namespace} cannot be used: ${keys?.message ?? "its control plane has not said that its keys are right"}`;
    return wait("SignerMissing", message, 30_000);
  }
  const { commonName, organizations, publicKey } = request;
  const leafMs = Math.max(shortestMs, Math.min(breakGlassMs, (csr.spec?.expirationSeconds ?? Infinity) * 1_000));
  const profile = { commonName, organizations, usages: ["client" as const] };
  const certificate = certify(profile, publicKey, authority, now(), { leafMs });
  await answer(csr, "status", kube, { certificate: Buffer.from(certificate).toString("base64") });
  log.info(
    { request: csr.metadata?.name, user: commonName, namespace: asked.namespace },
    "signed a request for emergencies",
  );
}

/** What is asked for, or why it cannot be read. */
function requestOf({ spec }: CertificateSigningRequest): CertificateRequest | string {
  try {
    return readCertificateRequest(Buffer.from(spec?.request ?? "", "base64").toString("latin1"));
  } catch (error) {
    return (error as Error).message;
  }
}

/** With the version, which goes on with each answer: what somebody else wrote meanwhile is not written over. */
async function answer(
  csr: CertificateSigningRequest,
  subresource: "approval" | "status",
  kube: Context["kube"],
  status: object,
): Promise<void> {
  const { name = "", resourceVersion } = csr.metadata ?? {};
  const patch = { metadata: { resourceVersion }, status };
  const written = await kube.patch(CertificateSigningRequest, name, undefined, patch, { subresource });
  csr.metadata = { ...csr.metadata, resourceVersion: written.metadata?.resourceVersion };
}
