import { CertificateRevocationRequest } from "../../api/certificate-revocation-request.ts";
import type { CertificateRevocationRequestConditionType } from "../../api/conditions.ts";
import { type BreakGlassClass, breakGlassSigners } from "../../control-plane/certificates.ts";
import { isRotationAsked, rotateAnnotation } from "../../control-plane/signer.ts";
import { setCondition } from "../../kube/conditions.ts";
import { type Context, type Controller, type Outcome, wait, watches } from "../../kube/controller.ts";
import { ConfigMap, Pod, Secret } from "../../kube/kinds.ts";
import { textOf } from "../../kube/text-of.ts";
import { isIssuedBy, isPair, issue, type KeyPair } from "../../pki/certificate.ts";
import type { acceptsCertificate } from "./accepts-certificate.ts";

export interface RevocationOptions {
  /** Where the control plane is, and requests for it. */
  namespace: string;
  accepts: typeof acceptsCertificate;
}

const lookAgainMs = 5_000;

/**
 * Revokes what a signer for emergencies signed: it gets a new authority, the former one is trusted no longer, and every
 * API server is asked until it refuses a certificate of the former one.
 */
export function certificateRevocation(options: RevocationOptions): Controller<CertificateRevocationRequest> {
  const { namespace } = options;
  return {
    name: "certificate-revocation",
    kind: CertificateRevocationRequest,
    namespace,
    watches: [
      watches({ kind: Secret, namespace, keysOf: ({ metadata }) => (isSigner(metadata?.name) ? undefined : []) }),
    ],
    reconcile: (request, context) => revoke(request, context, options),
  };
}

const isSigner = (secret: string | undefined) => (Object.values(breakGlassSigners) as unknown[]).includes(secret);

async function revoke(
  request: CertificateRevocationRequest,
  context: Context,
  options: RevocationOptions,
): Promise<Outcome> {
  const { kube, now, log } = context;
  const { namespace } = options;
  const say = stating(request, context);
  const signerName = breakGlassSigners[request.spec.signerClass];
  const known = request.status?.conditions ?? [];
  if (known.some(({ type, status }) => type === "PreviousCertificatesRevoked" && status === "True")) return;
  say("SignerClassValid", "True", "AsExpected", `${request.spec.signerClass} is the signer ${signerName}`);
  request.status ??= {};
  request.status.revocationTimestamp ??= now().toISOString();

  const signer = await kube.get(Secret, signerName, namespace);
  const authority = { certificate: textOf(signer, "ca.crt"), key: textOf(signer, "ca.key") };
  if (!isPair(authority)) {
    const message = `The Secret ${signerName} does not hold an authority: see SigningKeysAvailable of the control plane`;
    say("RootCertificatesRegenerated", "False", "RootCertificatesStale", message);
    return wait("RootCertificatesStale", message, lookAgainMs);
  }
  const former = await formerCertificate(request, authority, context, namespace);
  if (isIssuedBy(former.certificate, authority.certificate)) {
    const message = `The signer ${signerName} is getting a new authority`;
    say("RootCertificatesRegenerated", "False", "RootCertificatesStale", message);
    // A rotation that has yet to begin serves every request: two that each ask in their own name would do so for ever.
    if (signer && !isRotationAsked(signer)) {
      const annotations = { [rotateAnnotation]: request.metadata?.uid };
      await kube.patch(Secret, signerName, namespace, { metadata: { annotations } });
    }
    return wait("RootCertificatesStale", message, lookAgainMs);
  }
  say("RootCertificatesRegenerated", "True", "AsExpected", `The signer ${signerName} has a new authority`);

  const servers = await apiServers(context, namespace);
  const ask = (pair: KeyPair) => Promise.all(servers.map((server) => options.accepts(server, pair)));
  const probe = { commonName: commonName(request.spec.signerClass), usages: ["client" as const] };
  const accepted = servers.length > 0 && (await ask(issue(probe, authority, now()))).every((each) => each);
  if (!accepted) {
    const message = "Not every API server trusts the new authority yet";
    say("NewCertificatesTrusted", "False", "WaitingForAvailable", message);
    return wait("WaitingForAvailable", message, lookAgainMs);
  }
  say("NewCertificatesTrusted", "True", "AsExpected", "Every API server trusts the new authority");
  say(
    "LeafCertificatesRegenerated",
    "True",
    "AsExpected",
    "The control plane itself uses no certificate of this signer",
  );
  if ((await ask(former)).some((each) => each)) {
    const message = "An API server still accepts what the former authority signed";
    say("PreviousCertificatesRevoked", "False", "WaitingForAvailable", message);
    return wait("WaitingForAvailable", message, lookAgainMs);
  }
  say("PreviousCertificatesRevoked", "True", "AsExpected", "Every API server refuses what the former authority signed");
  log.info({ signer: signerName }, "revoked certificates for emergencies");
}

/**
 * A certificate that the authority to be revoked signed, kept to try it: made once, while that authority signs. Valid
 * for long, so that an API server that refuses it does so for its authority, and not because a pause came in between.
 */
async function formerCertificate(
  request: CertificateRevocationRequest,
  authority: KeyPair,
  { kube, now }: Context,
  namespace: string,
): Promise<KeyPair> {
  const name = `revoked-${request.metadata?.uid}`;
  const present = await kube.get(Secret, name, namespace);
  request.status ??= {};
  request.status.previousSigner = { name };
  const kept = { certificate: textOf(present, "tls.crt"), key: textOf(present, "tls.key") };
  if (isPair(kept)) return kept;
  const profile = { commonName: commonName(request.spec.signerClass), usages: ["client" as const] };
  const pair = issue(profile, authority, now());
  const encode = (text: string) => Buffer.from(text).toString("base64");
  await kube.apply<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace },
    type: "kubernetes.io/tls",
    data: { "tls.crt": encode(pair.certificate), "tls.key": encode(pair.key) },
  });
  return pair;
}

/** In no group: it opens nothing, and only tells whether its authority is trusted. */
const commonName = (signerClass: BreakGlassClass) => `system:${signerClass}:probe`;

/** Every API server that runs; none where one is starting or ending, whose answer would not count. */
async function apiServers({ kube }: Context, namespace: string) {
  const [pods, root] = await Promise.all([
    kube.list(Pod, { namespace, labels: { app: "kube-apiserver" } }),
    kube.get(ConfigMap, "root-ca", namespace),
  ]);
  const addresses = pods
    .filter(({ metadata }) => !metadata?.deletionTimestamp)
    .map(({ status }) => (status?.phase === "Running" ? status.podIP : undefined));
  if (addresses.some((address) => !address)) return [];
  const ca = root?.data?.["ca.crt"] ?? "";
  return addresses.map((address = "") => {
    const host = address.includes(":") ? `[${address}]` : address;
    return { server: `https://${host}:6443`, serverName: "kube-apiserver", ca };
  });
}

function stating(request: CertificateRevocationRequest, { now }: Context) {
  return (
    type: CertificateRevocationRequestConditionType,
    status: "True" | "False",
    reason: string,
    message: string,
  ): void => {
    request.status ??= {};
    request.status.conditions ??= [];
    const observedGeneration = request.metadata?.generation;
    setCondition(request.status.conditions, { type, status, reason, message, observedGeneration }, now());
  };
}
