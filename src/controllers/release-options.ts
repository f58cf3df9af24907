import type { KeptRelease } from "../release/release.ts";

/** What the operator knows of releases; the same for all HostedClusters and NodePools. */
export interface ReleaseOptions {
  /** Reads a release image; `pullSecret` is the text of a dockerconfigjson. Answers are remembered by the caller's choice. */
  readRelease: (request: {
    image: string;
    pullSecret?: string;
    ca?: string;
    signal: AbortSignal;
  }) => Promise<KeptRelease>;
  /** Certificates in PEM that the operator was installed with: control planes trust them for registries too. */
  trustBundle?: string;
  /** Versions this operator runs, oldest and newest as `major.minor`. */
  supportedVersions: readonly string[];
  /** Where releases may come from, as `isAllowedImage` reads it: their programs run in the management cluster. */
  allowedReleases: readonly string[];
}
