import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";

/** Approves the CertificateSigningRequest of the same name, for the control plane in whose namespace it lies. */
export type CertificateSigningRequestApproval = Resource;
export const CertificateSigningRequestApproval = kind<CertificateSigningRequestApproval>(
  "certificates.hypershift.openshift.io/v1alpha1",
  "CertificateSigningRequestApproval",
  "certificatesigningrequestapprovals",
);
