import type { ReleaseContent } from "./release.ts";

/** Where a release image keeps what it is made of. */
export const releaseFolder = "release-manifests";

const imageReferences = `${releaseFolder}/image-references`;
const releaseMetadata = `${releaseFolder}/release-metadata`;

/** Which of its metadata is the key of the sources that the release was built from. */
export const checkoutMetadata = "roost.checkout";

/** Whether the file at that path is one that says what the release is made of. */
export const isReleaseManifest = (path: string) => path === imageReferences || path === releaseMetadata;

interface ImageStream {
  spec?: { tags?: { name: string; from?: { kind: string; name: string } }[] };
}

interface CincinnatiMetadata {
  kind?: string;
  version?: string;
  previous?: string[] | null;
  metadata?: Record<string, string> | null;
}

/** The files of a release image, by path. */
export function renderReleaseManifests({
  version,
  previous,
  metadata,
  images,
}: ReleaseContent): Record<string, string> {
  const tags = Object.entries(images)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, image]) => ({ name, from: { kind: "DockerImage", name: image } }));
  const imageStream = {
    kind: "ImageStream",
    apiVersion: "image.openshift.io/v1",
    metadata: { name: version },
    spec: { tags },
  };
  const cincinnati = { kind: "cincinnati-metadata-v0", version, previous, metadata };
  return {
    [imageReferences]: json(imageStream),
    [releaseMetadata]: json(cincinnati),
  };
}

/** Reads the files of a release image; nothing where they are not those of one. */
export function parseReleaseManifests(files: Map<string, string>): ReleaseContent | undefined {
  const references = parse<ImageStream>(files.get(imageReferences));
  const metadata = parse<CincinnatiMetadata>(files.get(releaseMetadata));
  if (!references?.spec?.tags || metadata?.kind !== "cincinnati-metadata-v0" || !metadata.version) return undefined;
  return {
    version: metadata.version,
    previous: metadata.previous ?? [],
    metadata: metadata.metadata ?? {},
    images: Object.fromEntries(references.spec.tags.flatMap(({ name, from }) => (from ? [[name, from.name]] : []))),
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function parse<T>(text: string | undefined): T | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}
