import type { BreakGlassClass } from "../../control-plane/certificates.ts";
import type { CertificateRequest } from "../../pki/certificate-request.ts";

const allowed = ["client auth", "digital signature", "key encipherment"];

/** Why a request for a credential for emergencies is not signed, in a sentence; nothing where it can be. */
export function requestProblem(
  signerClass: BreakGlassClass,
  usages: readonly string[],
  request: Pick<CertificateRequest, "commonName" | "dnsNames" | "ipAddresses" | "emailAddresses" | "uris">,
): string | undefined {
  const prefix = `system:${signerClass}:`;
  if (!request.commonName.startsWith(prefix))
    return `Cannot sign for "${request.commonName}": ask for a common name that begins with ${prefix}`;
  if (!usages.includes("client auth")) return 'Cannot sign without the usage "client auth": add it to spec.usages';
  const more = usages.filter((usage) => !allowed.includes(usage));
  if (more.length > 0) return `Cannot sign for the usage ${more.join(", ")}: ask for client auth only`;
  const { dnsNames, ipAddresses, emailAddresses, uris } = request;
  const names = [...dnsNames, ...ipAddresses, ...emailAddresses, ...uris];
  if (names.length > 0) return `Cannot sign for the name ${names[0]}: ask without alternative names`;
}
