import { RegistryError } from "./registry-error.ts";

/** What a release is made of. */
export interface ReleaseContent {
  version: string;
  /** Versions that may be updated to this one. */
  previous: string[];
  metadata: Record<string, string>;
  /** Component name to pull spec by digest. */
  images: Record<string, string>;
}

/** A release, read from its release image. */
export interface Release extends ReleaseContent {
  /** The release image's pull spec as it was asked for. */
  readonly pullSpec: string;
  readonly digest: string;
  /** The pull spec of a component's image; throws, in one sentence, where the release has none of that name. */
  image(component: string): string;
}

/** A release, and why its registry could not be asked where it is as it was read before. */
export type KeptRelease = Release & { unasked?: string };

/** The release that an image of this pull spec and content is. */
export function release(pullSpec: string, digest: string, content: ReleaseContent): Release {
  return {
    ...content,
    pullSpec,
    digest,
    image(component) {
      const found = content.images[component];
      if (found) return found;
      throw new RegistryError(
        "NotAReleaseImage",
        `The release ${content.version} (${pullSpec}) has no image named ${component}; use one that this version of hcp pushed with "hcp release push".`,
      );
    },
  };
}
