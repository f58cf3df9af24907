import { join } from "node:path";
import { baseLayers } from "../../src/release/base-layers.ts";
import { ensureDebianFiles } from "../../src/release/debian-files.ts";
import { folderEntries } from "../../src/release/folder-entries.ts";
import { makeImage } from "../../src/release/image.ts";
import type { LayerEntry } from "../../src/release/layer-entry.ts";
import type { Programs } from "../../src/release/payload.ts";
import { pushImage } from "../../src/release/push-image.ts";
import type { RegistryAccess } from "../../src/release/registry-client.ts";
import { runProcess } from "../../src/release/run-process.ts";
import { root } from "../shell.ts";
import { conformanceImages, toolPackages } from "./image-recipes.ts";

/** The folder at the registry that all images of the suite are in. */
export const imageFolder = "conformance";

interface Wanted {
  cache: string;
  /** The programs of payload/conformance, and the payload's etcd. */
  programs: Programs;
  etcd: string;
  registry: string;
  access: RegistryAccess;
  /** The images that the suite names: `registry/conformance/agnhost:2.56`. */
  images: string[];
  signal: AbortSignal;
}

/** Makes what can be had here of the images that the suite names, and pushes it under these names. */
export async function pushImages({ cache, programs, etcd, registry, access, images, signal }: Wanted): Promise<void> {
  const { shell, glibc } = await baseLayers(cache, signal);
  const tools = await ensureDebianFiles(toolPackages, cache, signal);
  const recipes = conformanceImages({
    system: [shell, glibc, [...(await folderEntries(tools, "", isProgram)), ...names]],
    program: (name) => programs.path(name),
    etcd,
    sources: join(await sourceOf("k8s.io/kubernetes", signal), "test/images"),
  });
  for (const recipe of recipes) {
    const image = await makeImage(recipe, cache);
    for (const name of images) {
      const [repository, tag] = name.slice(registry.length + 1).split(":");
      if (repository !== `${imageFolder}/${recipe.name}` || !tag) continue;
      await pushImage(image, { registry, repository, tag, ...access, signal, mountFrom: [`${imageFolder}/agnhost`] });
    }
  }
}

// Debian makes these links when the packages are installed.
const names: LayerEntry[] = [
  { path: "usr/bin/sh", type: "link", to: "bash" },
  { path: "usr/bin/nc", type: "link", to: "nc.openbsd" },
];

const isProgram = (path: string) => !/^(usr\/share\/|var\/|etc\/)/.test(path);

/** The folder of a module's source, which Go has where the suite was compiled from it. */
async function sourceOf(module: string, signal: AbortSignal): Promise<string> {
  const cwd = join(root, "payload/conformance");
  const list = () => runProcess("go", ["list", "-m", "-f", "{{.Dir}}", module], { cwd, signal });
  const found = (await list()).trim();
  if (found) return found;
  await runProcess("go", ["mod", "download", module], { cwd, signal });
  return (await list()).trim();
}
