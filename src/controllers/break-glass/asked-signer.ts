import { type BreakGlassClass, breakGlassSigners } from "../../control-plane/certificates.ts";

/** A signer of credentials for emergencies, of one hosted cluster. */
export interface AskedSigner {
  /** Of the control plane. */
  namespace: string;
  signerClass: BreakGlassClass;
}

/**
 * Which signer the name in a CertificateSigningRequest means: `hypershift.openshift.io/<namespace>.customer-break-glass`
 * or `...sre-break-glass`; nothing where it is none of ours.
 */
export function askedSigner(signerName: string | undefined): AskedSigner | undefined {
  const [, namespace = "", signerClass = ""] =
    /^hypershift\.openshift\.io\/([^./]+)\.([^./]+)$/.exec(signerName ?? "") ?? [];
  return isBreakGlassClass(signerClass) ? { namespace, signerClass } : undefined;
}

function isBreakGlassClass(name: string): name is BreakGlassClass {
  return Object.hasOwn(breakGlassSigners, name);
}
