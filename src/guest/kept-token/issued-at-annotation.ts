/** The Secret, in the control plane's namespace, with a service account token of the hosted cluster. */
export const keptTokenName = "kept-token";
/** When it was issued. */
export const issuedAtAnnotation = "recovery.roost.dev/issued-at";
