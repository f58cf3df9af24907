/** When it was issued. */
export const issuedAtAnnotation = "recovery.roost.dev/issued-at";
