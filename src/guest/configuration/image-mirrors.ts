import type { Facts } from "../facts.ts";
import { type Singleton, singleton } from "./singleton.ts";

/** Where else images are looked for. Nodes get it with their ignition configuration; this is for software in the cluster. */
export function imageMirrors({ spec }: Facts): Singleton | undefined {
  const { imageContentSources = [] } = spec;
  if (imageContentSources.length === 0) return;
  return singleton("ImageDigestMirrorSet", {
    imageDigestMirrors: imageContentSources.map(({ source, mirrors = [] }) => ({ source, mirrors })),
  });
}
