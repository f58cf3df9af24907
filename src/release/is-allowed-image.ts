import { parseImageReference } from "./image-reference.ts";

/**
 * Whether an image is in one of these repositories, or in a folder of repositories: `registry.example.com/team` allows
 * `registry.example.com/team/release:1`. `*` allows every image. What is no pull spec is in none of them.
 */
export function isAllowedImage(image: string, allowed: readonly string[]): boolean {
  if (allowed.includes("*")) return true;
  const repository = repositoryOf(image);
  return allowed.some((each) => repository === each || repository?.startsWith(`${each.replace(/\/+$/, "")}/`));
}

/** `host[:port]/repository` of an image, without tag and digest; nothing where it is no pull spec. */
function repositoryOf(image: string): string | undefined {
  try {
    const { registry, repository } = parseImageReference(image);
    // A registry may resolve `..` as paths do, and then the image is in another folder than it seems.
    return repository.split("/").includes("..") ? undefined : `${registry}/${repository}`;
  } catch {
    return undefined;
  }
}

/** The folder of an image's repository: `registry.example.com/team` for `registry.example.com/team/release:1`. */
export function folderOf(image: string): string | undefined {
  return repositoryOf(image)?.replace(/\/[^/]+$/, "");
}
