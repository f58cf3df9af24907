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

interface Known {
  release: Promise<Release>;
  /** When it was read. */
  at: number;
  /** When reading it was tried last. */
  triedAt: number;
}

/**
 * A reader of releases that asks the registry once for all who want the same image with the same credentials. What
 * failed is asked again the next time. Where registries are followed, what was read before is good until they answer; it is tried again now and then, and nobody
 * waits for that.
 */
export function rememberReleases(
  read: (request: ReleaseRequest) => Promise<Release>,
  now: () => Date,
  registries?: Registries,
): (request: ReleaseRequest) => Promise<KeptRelease> {
  const remembered = new Map<string, Known>();

  function ask(request: ReleaseRequest, key: string): Promise<KeptRelease> {
    const known = remembered.get(key);
    const at = now().getTime();
    const release = read(request).then(
      (found) => {
        registries?.answered(request.image);
        return found;
      },
      (error: Error) => {
        if (known) remembered.set(key, { ...known, triedAt: at });
        else remembered.delete(key);
        if (!known || !registries || !isSilence(error)) throw error;
        registries.silent(request.image, error.message);
        return keptRelease(known.release, error.message);
      },
    );
    remembered.set(key, { release, at, triedAt: at });
    release.catch(() => {});
    const oldest = remembered.keys().next().value;
    if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
    return release;
  }

  /** That the registry is read again, or says no, is told to all; that it stays silent is no news. */
  function tryAgain({ image, ...request }: ReleaseRequest, key: string, known: Known): void {
    const at = now().getTime();
    remembered.set(key, { ...known, triedAt: at });
    read({ image, ...request }).then(
      (found) => {
        remembered.set(key, { release: Promise.resolve(found), at, triedAt: at });
        registries?.answered(image);
      },
      (error: Error) => {
        if (!isSilence(error) && !request.signal.aborted) registries?.answered(image);
      },
    );
  }

  return (request) => {
    const key = createHash("sha256")
      .update(JSON.stringify([request.image, request.pullSecret, request.ca]))
      .digest("hex");
    const known = remembered.get(key);
    if (!known) return ask(request, key);
    const unasked = registries?.problem(request.image);
    if (unasked) {
      if (now().getTime() - known.triedAt >= tagLifeMs) tryAgain(request, key, known);
      return keptRelease(known.release, unasked);
    }
    const isFresh = request.image.includes("@") || now().getTime() - known.at < tagLifeMs;
    return isFresh ? known.release : ask(request, key);
  };
}

const isSilence = (error: Error) => (error as { reason?: unknown }).reason === "RegistryUnreachable";

async function keptRelease(release: Promise<Release>, unasked: string): Promise<KeptRelease> {
  return { ...(await release), unasked };
}
