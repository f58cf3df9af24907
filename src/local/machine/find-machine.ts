import { type EnvironmentOptions, environmentOf } from "../environment.ts";
import { createPodman } from "../podman.ts";
import { listMachines, type MachineState } from "./list-machines.ts";

/** The environment's machine of this name, whether it runs or not; throws, naming those that there are. */
export async function findMachine(name: string, options: EnvironmentOptions): Promise<MachineState> {
  const environment = environmentOf(options);
  const machines = await listMachines(environment, await createPodman(options.cache));
  const found = machines.find((machine) => machine.name === name);
  if (found) return found;
  const there =
    machines.length === 0
      ? 'it has none: "hcp local up" makes them'
      : `it has ${machines.map((machine) => machine.name).join(", ")}`;
  throw new Error(`The environment ${environment.name} has no machine ${name}; ${there}`);
}
