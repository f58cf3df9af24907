import { int64, optional } from "./field.ts";

/**
 * For kinds that users keep in GitOps: `kubectl wait`, Flux and Argo CD (kstatus) take a status for news of the present
 * spec only where its generation is that of the object.
 */
export const observedGeneration = optional(
  int64("The generation of the object that this status was found for; -1 before anybody looked at it."),
);

/** The status of an object that nobody looked at yet: without it, such an object passes for finished. */
export const unobserved = { observedGeneration: -1 };
