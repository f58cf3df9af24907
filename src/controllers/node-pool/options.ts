import type { ReleaseOptions } from "../release-options.ts";

/** What the operator knows besides the pool it reconciles. */
export interface NodePoolOptions extends ReleaseOptions {
  /** A new token for machines; a random one where absent. */
  newToken?: () => string;
}
