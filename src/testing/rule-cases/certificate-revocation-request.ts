import { of, type RuleCase } from "./rule-case.ts";

const request = of("certificate-revocation-request");

/** Rules of a CertificateRevocationRequest. */
export const certificateRevocationRequestCases: readonly RuleCase[] = [
  request("signerClass cannot change", { from: {}, refuse: { "spec.signerClass": "sre-break-glass" } }),
];
