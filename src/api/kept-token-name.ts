/** The Secret, in the control plane's namespace, with a service account token of the hosted cluster. */
export const keptTokenName = "kept-token";
