import { createHash } from "node:crypto";
import type { Release } from "../release/release.ts";

export interface ReleaseRequest {
  image: string;
  pullSecret?: string;
  ca?: string;
  signal: AbortSignal;
}

type Read = (request: ReleaseRequest) => Promise<Release>;

/** A tag may come to mean another image; a digest cannot. */
const tagLifeMs = 5 * 60_000;
const mostRemembered = 100;

/**
 * A reader of releases that asks the registry once for all who want the same image with the same credentials. What
 * failed is asked again the next time.
 */
export function rememberReleases(read: Read, now: () => Date): Read {
  const remembered = new Map<string, { release: Promise<Release>; at: number }>();
  return (request) => {
    const key = createHash("sha256")
      .update(JSON.stringify([request.image, request.pullSecret, request.ca]))
      .digest("hex");
    const known = remembered.get(key);
    if (known && (request.image.includes("@") || now().getTime() - known.at < tagLifeMs)) return known.release;
    const release = read(request);
    remembered.set(key, { release, at: now().getTime() });
    release.catch(() => remembered.delete(key));
    const oldest = remembered.keys().next().value;
    if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
    return release;
  };
}
