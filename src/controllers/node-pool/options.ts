import type { KeptRelease } from "../../release/release.ts";

/** What the operator knows besides the pool it reconciles. */
export interface NodePoolOptions {
  /** Reads a release image; `pullSecret` is the text of a dockerconfigjson. */
  readRelease: (request: {
    image: string;
    pullSecret?: string;
    ca?: string;
    signal: AbortSignal;
  }) => Promise<KeptRelease>;
  /** Certificates in PEM that the operator was installed with. */
  trustBundle?: string;
  /** Versions this operator runs, as `major.minor`. */
  supportedVersions: readonly string[];
  /** Where releases may come from, as `isAllowedImage` reads it. */
  allowedReleases: readonly string[];
  /** A new token for machines; a random one where absent. */
  newToken?: () => string;
}
