import type { CertificateSigningRequest } from "../../kube/kinds.ts";
import { kubeletSigners } from "./decide.ts";

/** A kubelet's has less than one. */
const largestRequest = 8 * 1024;
const most = 50;
/** Longer than any of ours, which names a node and a Machine. */
const longestMessage = 1024;
const decisions = ["Approved", "Denied"];
const signers: readonly string[] = Object.values(kubeletSigners);

/**
 * What is needed of a request for a certificate: everybody in the hosted cluster may make some, each more than a megabyte
 * long. One that is too large for a kubelet's comes without its content, and so cannot be read.
 */
export function requestFacts({ metadata = {}, spec, status }: CertificateSigningRequest): CertificateSigningRequest {
  const { name, uid, resourceVersion, creationTimestamp, deletionTimestamp, finalizers } = metadata;
  const kept = { name, uid, resourceVersion, creationTimestamp, deletionTimestamp, finalizers };
  // Of a deleted one often only the name is left.
  if (!spec) return { metadata: kept } as CertificateSigningRequest;
  const { signerName, username, groups = [], usages = [], request } = spec;
  const isKubelets = signers.includes(signerName);
  const isReadable = isKubelets && request.length <= largestRequest;
  return {
    metadata: kept,
    spec: {
      signerName,
      request: isReadable ? request : "",
      ...(isKubelets && { username, groups: groups.slice(0, most), usages: usages.slice(0, most) }),
    },
    status: {
      conditions: (status?.conditions ?? [])
        .filter(({ type }) => decisions.includes(type))
        .map(({ type, status: value, message }) => ({
          type,
          status: value,
          message: message?.slice(0, longestMessage),
        })),
    },
  };
}
