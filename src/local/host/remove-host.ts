import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Agent } from "../../api/agent.ts";
import type { Kube } from "../../kube/kube.ts";
import { type EnvironmentOptions, environmentOf } from "../environment.ts";
import { removeMachine } from "../machine/remove-machine.ts";
import { createPodman } from "../podman.ts";
import { listHosts } from "./list-hosts.ts";

/** Removes a host for good: its machine, its disk and, where `kube` is given, its Agent. */
export async function removeHost(name: string, options: EnvironmentOptions & { kube?: Kube }): Promise<void> {
  const { kube } = options;
  const environment = environmentOf(options);
  const hosts = await listHosts(options);
  const host = hosts.find((one) => one.name === name);
  if (!host) {
    const there = hosts.length === 0 ? "there is none" : `there are ${hosts.map((one) => one.name).join(", ")}`;
    throw new Error(`There is no host ${name} in the environment ${environment.name}; ${there}.`);
  }
  await removeMachine(environment, name, await createPodman(options.cache));
  await rm(join(environment.state, "hosts", `${name}.ign`), { force: true });
  if (host.agent) await kube?.delete(Agent, host.id, host.agent.metadata?.namespace);
}
