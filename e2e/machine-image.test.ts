import { mkdtemp } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cacheFolder } from "../src/cli/release/cache-folder.ts";
import { removeCache } from "../src/local/down.ts";
import { ensureNodeImage } from "../src/local/node-image/ensure-node-image.ts";
import { loadMachineImage } from "../src/local/node-image/load-machine-image.ts";
import { machineComponent } from "../src/local/node-image/machine-component.ts";
import { saveMachineImage } from "../src/local/node-image/save-machine-image.ts";
import { createPodman, type Podman } from "../src/local/podman.ts";
import type { Progress } from "../src/local/progress.ts";
import { pullRelease } from "../src/release/pull-release.ts";
import { pushBuiltRelease } from "../src/release/push-release.ts";
import { memoryRegistry } from "../src/testing/memory-registry.ts";

const progress: Progress = { update() {}, result() {}, step: (_, work) => Promise.resolve(work(progress)) };
/** Another computer, as far as podman can tell: a storage that has nothing yet. */
let elsewhere: string;
beforeAll(async () => {
  elsewhere = await mkdtemp(join(tmpdir(), "roost-Elsewhere-"));
});
afterAll(async () => {
  await removeCache({ cache: elsewhere, steps: progress });
});

const layersOf = async (podman: Podman, image: string) =>
  JSON.parse(await podman(["image", "inspect", image]))[0].RootFS.Layers as string[];

test("the image of machines comes out of a registry as it went in", async () => {
  const here = { cache: cacheFolder({ variables: process.env, home: homedir() }), progress };
  const podman = await createPodman(here.cache);
  const name = await ensureNodeImage({ ...here, podman });
  await using registry = await memoryRegistry();
  const access = { registry: registry.host, plainHttp: true };
  const release = { version: "1.2.3", previous: [], images: [await saveMachineImage(name, { ...here, podman })] };
  const { image } = await pushBuiltRelease(release, { ...access, cache: elsewhere });

  const pulled = await pullRelease({ image, plainHttp: true, cache: elsewhere });
  const there = { cache: elsewhere, progress, podman: await createPodman(elsewhere) };
  const loaded = await loadMachineImage(pulled.component(machineComponent), there);
  expect(await layersOf(there.podman, loaded)).toEqual(await layersOf(podman, name));
  expect(await loadMachineImage(pulled.component(machineComponent), there)).toBe(loaded);
});
