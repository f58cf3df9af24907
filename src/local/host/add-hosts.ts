import { Agent } from "../../api/agent.ts";
import type { Kube } from "../../kube/kube.ts";
import { containerOf, type Environment, type EnvironmentOptions, environmentOf } from "../environment.ts";
import { ensureMachine } from "../machine/ensure-machine.ts";
import { listMachines } from "../machine/list-machines.ts";
import { hostIdOf, type Machine } from "../machine/machine.ts";
import { findSubnet } from "../network/ensure-network.ts";
import { freeMachineAddress, servicesAddressOf } from "../network/layout.ts";
import { ensureNodeImage } from "../node-image/ensure-node-image.ts";
import { createPodman, type Podman } from "../podman.ts";
import type { Steps } from "../progress.ts";
import { readSettings } from "../settings.ts";
import { stateFiles } from "../state-files.ts";
import { until } from "../until.ts";
import { discoveryConfig } from "./discovery-config.ts";
import { findDiscovery, findInfraEnv } from "./find-discovery.ts";

export interface AddHostsOptions extends EnvironmentOptions {
  /** The management cluster whose InfraEnv the hosts boot from. */
  kube: Kube;
  /** `namespace/name`; may be absent where there is only one. */
  infraEnv?: string;
  /** Names for the hosts; `host-1` and so on, up to `count`, where there are none. */
  names?: string[];
  count?: number;
  /** Waits until the hosts have registered, and approves their Agents. */
  approve?: boolean;
  steps: Steps;
  now: () => Date;
  signal?: AbortSignal;
}

/** A host of the environment. */
export interface AddedHost {
  name: string;
  address: string;
  /** Its UUID, which its Agent is named after. */
  id: string;
}

/** Makes machines that boot the discovery configuration of an InfraEnv. Those of these names that are there stay. */
export async function addHosts(options: AddHostsOptions): Promise<AddedHost[]> {
  const { cache, kube, steps, now, signal } = options;
  const environment = environmentOf(options);
  const podman = await createPodman(cache);
  const subnet = await findSubnet(environment, podman);
  if (!subnet) throw new Error(`The environment ${environment.name} is not up; run "hcp local up" first.`);
  const infraEnv = await findInfraEnv(kube, options.infraEnv);
  const names = options.names?.length ? options.names : await nextNames(environment, podman, options.count ?? 1);
  const discovery = await findDiscovery(kube, infraEnv, signal);
  const files = stateFiles(environment.state, now);
  const image =
    (await readSettings(files))?.from?.machineImage ??
    (await steps.step("Machine image", (progress) => ensureNodeImage({ cache, podman, progress, signal })));
  const hosts: AddedHost[] = [];
  for (const name of names) {
    await checkName(environment, podman, name);
    const config = discoveryConfig(discovery);
    const address = await addressFor(environment, podman, name, subnet);
    const machine: Machine = {
      name,
      role: "host",
      address,
      image,
      dns: servicesAddressOf(subnet),
      mounts: { [await files.write(`hosts/${name}.ign`, config)]: "/boot/discovery.ign" },
      persistent: ["/var/lib/containerd", "/var/lib/kubelet"],
      labels: { "roost.local/infra-env": infraEnv },
      content: config,
    };
    await steps.step(`Host ${name}`, async (progress) => {
      const done = await ensureMachine(environment, machine, { podman, signal });
      progress.result(`${done}, ${address}`);
    });
    hosts.push({ name, address, id: hostIdOf(containerOf(environment, name), address) });
  }
  if (options.approve) await approve(hosts, infraEnv, options);
  return hosts;
}

async function checkName(environment: Environment, podman: Podman, name: string): Promise<void> {
  if (!/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/.test(name)) {
    throw new Error(`"${name}" cannot name a host: use up to 40 lower-case letters, digits and dashes.`);
  }
  const found = (await listMachines(environment, podman)).find((machine) => machine.name === name);
  if (found && found.role !== "host")
    throw new Error(`${name} is a machine of the environment itself; choose another name.`);
}

async function nextNames(environment: Environment, podman: Podman, count: number): Promise<string[]> {
  const used = new Set((await listMachines(environment, podman)).map(({ name }) => name));
  const names: string[] = [];
  for (let number = 1; names.length < count; number++) {
    if (!used.has(`host-${number}`)) names.push(`host-${number}`);
  }
  return names;
}

async function addressFor(environment: Environment, podman: Podman, name: string, subnet: string): Promise<string> {
  const machines = await listMachines(environment, podman);
  const found = machines.find((machine) => machine.name === name);
  return (
    found?.address ??
    freeMachineAddress(
      subnet,
      machines.map(({ address }) => address),
    )
  );
}

async function approve(hosts: AddedHost[], infraEnv: string, { kube, steps, signal }: AddHostsOptions): Promise<void> {
  const [namespace = ""] = infraEnv.split("/");
  await Promise.all(
    hosts.map(({ name, id }) =>
      steps.step(`Host ${name} registers`, async (progress) => {
        const registered = async () => (await kube.get(Agent, id, namespace)) !== undefined;
        await until(`${name} registers at ${infraEnv}`, registered, { withinMs: 120_000, everyMs: 500, signal });
        await kube.patch(Agent, id, namespace, { spec: { approved: true } }, { type: "merge" });
        progress.result(`approved Agent ${id}`);
      }),
    ),
  );
}
