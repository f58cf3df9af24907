import type { Platform } from "../platform.ts";

/** No machines are made: a control plane only, which a machine joins by hand with the ignition configuration. */
export const none: Platform = { type: "None" };
