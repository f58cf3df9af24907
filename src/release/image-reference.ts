/** The parts of an image's pull spec. */
export interface ImageReference {
  /** `host[:port]` of the registry. */
  registry: string;
  repository: string;
  tag?: string;
  digest?: string;
}

/** Reads a pull spec: `host[:port]/repository[:tag][@sha256:...]`. The registry must be named in full. */
export function parseImageReference(image: string): ImageReference {
  const match = /^([^/\s]+)\/([a-z0-9][a-z0-9._/-]*)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(image);
  const [, registry, repository, tag, digest] = match ?? [];
  if (registry && repository && (/[.:]/.test(registry) || registry === "localhost")) {
    return { registry, repository, ...(tag && { tag }), ...(digest && { digest }) };
  }
  throw new Error(
    `"${image}" is not an image's pull spec; write registry/repository:tag or registry/repository@sha256:digest.`,
  );
}

/** What the registry knows the image as: its digest, else its tag, else `latest`. */
export function versionOf({ tag, digest }: ImageReference): string {
  return digest ?? tag ?? "latest";
}
