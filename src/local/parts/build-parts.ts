import { join } from "node:path";
import { buildRelease } from "../../release/build-release.ts";
import { type CompileProgress, describeProgress, ensurePrograms } from "../../release/payload.ts";
import { findRelease, modulesOf, readPayloadDescription } from "../../release/payload-description.ts";
import { ensureNodeImage } from "../node-image/ensure-node-image.ts";
import type { Podman } from "../podman.ts";
import type { Steps } from "../progress.ts";
import type { Parts } from "./parts.ts";

export interface BuildPartsOptions {
  root: string;
  cache: string;
  podman: Podman;
  steps: Steps;
  signal?: AbortSignal;
}

/** Builds on this computer what an environment is made of, as far as it was not built before. */
export async function buildParts({ root, cache, podman, steps, signal }: BuildPartsOptions): Promise<Parts> {
  const description = await readPayloadDescription(root);
  const release = findRelease(description);
  // The compiler and debootstrap hardly want the same at the same time.
  const [machineImage, programs] = await Promise.all([
    steps.step("Machine image", (progress) => ensureNodeImage({ cache, podman, progress, signal })),
    steps.step("Programs of the payload", async (progress) => {
      const found = new Map<string, string>();
      // A step for each, so that everybody sees what it costs.
      for (const module of modulesOf(description, release)) {
        await progress.step(module, async (part) => {
          const onProgress = (state: CompileProgress) => part.update(describeProgress(state));
          const { dir, names } = await ensurePrograms({ root, cache, module, onProgress, signal });
          part.result(`${names.length} programs`);
          found.set(module, join(dir, "bin"));
        });
      }
      return { kubernetes: found.get(release.kubernetes) ?? "", etcd: found.get("etcd") ?? "" };
    }),
  ]);
  return {
    version: release.version,
    machineImage,
    programs,
    release: (progress) =>
      buildRelease({
        root,
        cache,
        lean: true,
        onProgress: (state) => progress.update(describeProgress(state)),
        onImage: (name) => progress.update(`making image ${name}`),
        signal,
      }),
  };
}
