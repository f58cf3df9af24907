import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { baseLayers } from "./base-layers.ts";
import { checkoutKey } from "./checkout-key.ts";
import { clusterApiDefinitions } from "./cluster-api-definitions.ts";
import { folderEntries } from "./folder-entries.ts";
import { type Image, makeImage } from "./image.ts";
import { imageRecipes, type RoostParts } from "./image-recipes.ts";
import { type CompileProgress, ensurePrograms, type Programs } from "./payload.ts";
import { findRelease, modulesOf, readPayloadDescription } from "./payload-description.ts";
import { roostBundle } from "./roost-bundle.ts";

/** A release whose images are ready to be pushed. */
export interface BuiltRelease {
  version: string;
  previous: string[];
  /** The key of the sources that it was built from, where that is known. */
  checkout?: string;
  images: Image[];
}

export interface BuildOptions {
  /** The checkout. */
  root: string;
  /** Where results are kept, e.g. `~/.cache/roost`. */
  cache: string;
  /** The newest release where absent. */
  version?: string;
  /** Leaves out the programs that no quick start needs, and their images. */
  lean?: boolean;
  onProgress?: (progress: CompileProgress) => void;
  /** Called before each image is put together. */
  onImage?: (name: string) => void;
  signal?: AbortSignal;
}

/** Compiles what a release needs and is not compiled yet, and makes its images. */
export async function buildRelease({
  root,
  cache,
  version,
  lean = false,
  onProgress,
  onImage,
  signal,
}: BuildOptions): Promise<BuiltRelease> {
  const description = await readPayloadDescription(root);
  const release = findRelease(description, version);
  const programs = new Map<string, Programs>();
  for (const module of modulesOf(description, release)) {
    programs.set(module, await ensurePrograms({ root, cache, module, onProgress, signal }));
  }
  const later: Programs[] = [];
  for (const module of lean ? [] : programs.keys()) {
    later.push(await ensurePrograms({ root, cache, module, later: true, onProgress, signal }));
  }
  const recipes = imageRecipes({
    base: await baseLayers(cache, signal),
    common: (program) => findProgram(program, [...programs.values()]),
    later: lean ? undefined : (program) => findProgram(program, later),
    kubernetes: (program) =>
      findProgram(
        program,
        [...programs].filter(([name]) => name === release.kubernetes).map(([, p]) => p),
      ),
    clusterApiDefinitions: await clusterApiDefinitions(sharedFolder("cluster-api/crds", [...programs.values()])),
    roost: await roostParts(root),
  });
  const images: Image[] = [];
  for (const recipe of recipes) {
    signal?.throwIfAborted();
    onImage?.(recipe.name);
    images.push(await makeImage(recipe, cache));
  }
  return { version: release.version, previous: release.previous, checkout: await checkoutKey(root), images };
}

/** What our own image is made of, from the checkout at `root`. */
async function roostParts(root: string): Promise<RoostParts> {
  const manifests = join(root, "manifests");
  return {
    node: join(root, "node_modules/node/bin/node"),
    bundle: await roostBundle(root),
    manifests: (await isFolder(manifests)) ? await folderEntries(manifests, "app/manifests") : [],
  };
}

/** The folder that a module of the payload keeps from its source. */
function sharedFolder(path: string, modules: Programs[]): string {
  const found = modules.map(({ dir }) => join(dir, "share", path)).find((folder) => existsSync(folder));
  if (found) return found;
  throw new Error(`No module of the payload keeps ${path}; see share in payload/payload.yaml.`);
}

function findProgram(name: string, candidates: Programs[]): string {
  const found = candidates.find(({ names }) => names.includes(name));
  if (found) return found.path(name);
  throw new Error(`No module of the payload has a program ${name}; add it to a go.mod as a tool.`);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
