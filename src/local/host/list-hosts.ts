import { Agent } from "../../api/agent.ts";
import type { Kube } from "../../kube/kube.ts";
import { type EnvironmentOptions, environmentOf } from "../environment.ts";
import { listMachines } from "../machine/list-machines.ts";
import { hostIdOf } from "../machine/machine.ts";
import { createPodman } from "../podman.ts";

/** A host and what the management cluster knows of it. */
export interface Host {
  name: string;
  address: string;
  id: string;
  running: boolean;
  infraEnv: string;
  /** Nothing where it has not registered, or the management cluster does not answer. */
  agent?: Agent;
}

/** The hosts of the environment, with their Agents where `kube` is given. */
export async function listHosts(options: EnvironmentOptions & { kube?: Kube }): Promise<Host[]> {
  const environment = environmentOf(options);
  const machines = await listMachines(environment, await createPodman(options.cache));
  const agents = (await options.kube?.list(Agent).catch(() => undefined)) ?? [];
  return machines
    .filter(({ role }) => role === "host")
    .map(({ name, address, running, container, labels }) => {
      const id = hostIdOf(container, address);
      const agent = agents.find(({ metadata }) => metadata?.name === id);
      return { name, address, id, running, infraEnv: labels["roost.local/infra-env"] ?? "", agent };
    });
}
