import { CertificateSigningRequestApproval } from "../certificate-signing-request-approval.ts";
import { age, type Definition } from "./definition.ts";
import { object } from "./field.ts";

export const certificateSigningRequestApprovalDefinition: Definition = {
  kind: CertificateSigningRequestApproval,
  singular: "certificatesigningrequestapproval",
  shortNames: ["csra", "csras"],
  description:
    "Approves the CertificateSigningRequest of the same name, where that is for a signer of the hosted cluster in whose control plane's namespace this lies.",
  spec: object({}, "Nothing: that the object is there is the approval."),
  status: object({}, "Nothing."),
  columns: [age],
};
