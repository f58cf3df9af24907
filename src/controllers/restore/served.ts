import { idOf, type Pass } from "./operation.ts";

/** The name of all that a restore makes in the operator's namespace. */
export const servedName = (pass: Pass) => `restore-${idOf(pass)}`;
/** Where the Job serves the snapshot. */
export const servedPort = 8443;
