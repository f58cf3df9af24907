import type { Static } from "typebox";
import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { verificationSpec, verificationStatus } from "./schema/verification.ts";

/** Asks for the proof that a hosted cluster works. */
export type Verification = Resource & {
  spec: Static<typeof verificationSpec>;
  status?: Static<typeof verificationStatus>;
};
export const Verification = kind<Verification>("recovery.roost.dev/v1alpha1", "Verification", "verifications");
