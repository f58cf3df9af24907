import { CertificateRevocationRequest } from "../certificate-revocation-request.ts";
import { conditions } from "./conditions.ts";
import { age, type Definition } from "./definition.ts";
import { immutable, object, oneOf, optional, text, time } from "./field.ts";

/** What to revoke. */
export const certificateRevocationRequestSpec = object(
  {
    signerClass: oneOf(
      ["customer-break-glass", "sre-break-glass"],
      "The signer whose certificates are to be refused.",
      {
        rules: [immutable("signerClass cannot change: make another request")],
      },
    ),
  },
  "What to revoke.",
);

/** How far the revocation is. */
export const certificateRevocationRequestStatus = object(
  {
    revocationTimestamp: optional(time("What was signed before this moment is being revoked.")),
    previousSigner: optional(
      object(
        { name: text("Name of the Secret.", { minLength: 1, maxLength: 253 }) },
        "Secret with a certificate of the former authority, which the API server has to refuse in the end.",
      ),
    ),
    conditions: optional(
      conditions(
        "`SignerClassValid`, `RootCertificatesRegenerated`, `NewCertificatesTrusted`, `LeafCertificatesRegenerated`, `PreviousCertificatesRevoked`.",
      ),
    ),
  },
  "How far the revocation is.",
);

export const certificateRevocationRequestDefinition: Definition = {
  kind: CertificateRevocationRequest,
  singular: "certificaterevocationrequest",
  shortNames: ["crr", "crrs"],
  description:
    "Revokes every certificate that a signer for emergencies signed so far, in the hosted cluster in whose control plane's namespace it lies.",
  spec: certificateRevocationRequestSpec,
  specRequired: true,
  status: certificateRevocationRequestStatus,
  columns: [
    { name: "Signer", path: ".spec.signerClass", description: "Whose certificates are revoked." },
    {
      name: "Revoked",
      path: '.status.conditions[?(@.type=="PreviousCertificatesRevoked")].status',
      description: "Whether they are refused.",
    },
    age,
  ],
};
