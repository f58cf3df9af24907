import type { Static } from "typebox";
import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type {
  certificateRevocationRequestSpec,
  certificateRevocationRequestStatus,
} from "./schema/certificate-revocation-request.ts";

/** Asks that no certificate which a signer for emergencies signed so far is accepted any more. */
export type CertificateRevocationRequest = Resource & {
  spec: Static<typeof certificateRevocationRequestSpec>;
  status?: Static<typeof certificateRevocationRequestStatus>;
};
export const CertificateRevocationRequest = kind<CertificateRevocationRequest>(
  "certificates.hypershift.openshift.io/v1alpha1",
  "CertificateRevocationRequest",
  "certificaterevocationrequests",
);
