import { rm } from "node:fs/promises";
import { type EnvironmentOptions, environmentOf } from "./environment.ts";
import { removeMachine } from "./machine/remove-machine.ts";
import { clusterFolder } from "./management-cluster/ensure-management-cluster.ts";
import { createPodman } from "./podman.ts";
import { readSettings, writeSettings } from "./settings.ts";
import { stateFiles } from "./state-files.ts";

/** Removes a management cluster that was added beside the first, with all that runs in it. */
export async function removeCluster(name: string, options: EnvironmentOptions & { now: () => Date }): Promise<void> {
  const environment = environmentOf(options);
  const files = stateFiles(environment.state, options.now);
  const settings = await readSettings(files);
  const names = settings?.clusters.map((cluster) => cluster.name) ?? [];
  if (!settings || !names.includes(name)) {
    const there = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
    throw new Error(`The environment ${environment.name} has no management cluster ${name}; ${there}.`);
  }
  if (names[0] === name) {
    throw new Error(`${name} is the first management cluster; to remove everything, run "hcp local down".`);
  }
  await removeMachine(environment, name, await createPodman(options.cache));
  const clusters = settings.clusters.filter((cluster) => cluster.name !== name);
  await writeSettings(files, { ...settings, clusters });
  await rm(clusterFolder(environment, name), { recursive: true, force: true });
}
