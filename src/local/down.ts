import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { defaultName, type Environment, type EnvironmentOptions, environmentOf, labelOf } from "./environment.ts";
import { findOtherOwner } from "./find-other-owner.ts";
import { unguardNetwork } from "./network/guard-network.ts";
import { createPodman, type Podman, runFolder } from "./podman.ts";
import type { Steps } from "./progress.ts";

export interface DownOptions extends EnvironmentOptions {
  /** Removes it even where another checkout made it. */
  force?: boolean;
  steps: Steps;
  signal?: AbortSignal;
}

/** Removes every machine, disk and network of the environment, and its keys. Programs and images stay in the cache. */
export async function down(options: DownOptions): Promise<void> {
  const environment = environmentOf(options);
  const podman = await createPodman(options.cache);
  const owner = await findOtherOwner(environment, podman);
  if (owner && !options.force) {
    throw new Error(
      `The environment ${environment.name} belongs to the checkout ${owner}; run "hcp local down" there, or add --force.`,
    );
  }
  await options.steps.step(`Removing the environment ${environment.name}`, async (progress) => {
    const removed = await removeLabelled(environment, podman);
    await unguardNetwork(environment);
    await removeState(environment);
    progress.result(removed);
  });
}

/** Removes the cache that all environments on this computer share. They must be down. */
export async function removeCache({ cache, steps }: Pick<DownOptions, "cache" | "steps">): Promise<void> {
  const podman = await createPodman(cache);
  const running = (await podman(["ps", "--all", "--format", "{{.Names}}", "--filter", "label=roost.local"])).trim();
  if (running !== "") {
    throw new Error(
      `The cache ${cache} is in use by ${running.split("\n").join(", ")}; take those environments down first.`,
    );
  }
  await steps.step(`Removing the cache ${cache}`, async () => {
    // Only podman unmounts what it mounted.
    await podman(["system", "reset", "--force"]);
    await rm(cache, { recursive: true, force: true });
    await rm(runFolder(cache), { recursive: true, force: true });
  });
}

async function removeLabelled(environment: Environment, podman: Podman): Promise<string> {
  const label = ["--filter", `label=${labelOf(environment)}`];
  const names = async (...list: string[]) => (await podman([...list, ...label])).split("\n").filter(Boolean);
  const containers = await names("ps", "--all", "--format", "{{.Names}}");
  if (containers.length > 0) await podman(["rm", "--force", "--ignore", "--time", "0", ...containers]);
  const volumes = await names("volume", "ls", "--format", "{{.Name}}");
  if (volumes.length > 0) await podman(["volume", "rm", "--force", ...volumes]);
  const networks = await names("network", "ls", "--format", "{{.Name}}");
  if (networks.length > 0) await podman(["network", "rm", "--force", ...networks]);
  return `${containers.length} machines, ${volumes.length} disks, ${networks.length} networks`;
}

// Environments with a name have their state in a folder within that of the one without.
async function removeState({ name, state }: Environment): Promise<void> {
  if (name !== defaultName) return rm(state, { recursive: true, force: true });
  for (const entry of await readdir(state).catch(() => [])) {
    if (entry !== "environments") await rm(join(state, entry), { recursive: true, force: true });
  }
}
