import { createHash } from "node:crypto";
import type { KeptRelease, Release } from "../release/release.ts";
import type { Registries } from "./follow-registries.ts";

export interface ReleaseRequest {
  image: string;
  pullSecret?: string;
  ca?: string;
  signal: AbortSignal;
}

/** A tag may come to mean another image; a digest cannot. */
const tagLifeMs = 5 * 60_000;
const mostRemembered = 100;

/**
 * A reader of releases that asks the registry once for all who want the same image with the same credentials. What
 * failed is asked again the next time. Where registries are followed, what was read before is good until they answer.
 */
export function rememberReleases(
  read: (request: ReleaseRequest) => Promise<Release>,
  now: () => Date,
  registries?: Registries,
): (request: ReleaseRequest) => Promise<KeptRelease> {
  const remembered = new Map<string, { release: Promise<Release>; at: number }>();

  function ask(request: ReleaseRequest, key: string): Promise<KeptRelease> {
    const known = remembered.get(key);
    const release = read(request).then(
      (found) => {
        registries?.answered(request.image);
        return found;
      },
      (error: Error) => {
        if (known) remembered.set(key, known);
        else remembered.delete(key);
        if (!known || !registries || !isSilence(error)) throw error;
        registries.silent(request.image, error.message);
        return keptRelease(known.release, error.message);
      },
    );
    remembered.set(key, { release, at: now().getTime() });
    release.catch(() => {});
    const oldest = remembered.keys().next().value;
    if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
    return release;
  }

  return (request) => {
    const key = createHash("sha256")
      .update(JSON.stringify([request.image, request.pullSecret, request.ca]))
      .digest("hex");
    const known = remembered.get(key);
    if (!known) return ask(request, key);
    const unasked = registries?.problem(request.image);
    if (unasked) return keptRelease(known.release, unasked);
    const isFresh = request.image.includes("@") || now().getTime() - known.at < tagLifeMs;
    return isFresh ? known.release : ask(request, key);
  };
}

const isSilence = (error: Error) => (error as { reason?: unknown }).reason === "RegistryUnreachable";

async function keptRelease(release: Promise<Release>, unasked: string): Promise<KeptRelease> {
  return { ...(await release), unasked };
}
