import { type Environment, labelOf } from "../environment.ts";
import type { Podman } from "../podman.ts";
import type { Role } from "./machine.ts";

/** A machine as podman knows it. */
export interface MachineState {
  name: string;
  role: Role;
  container: string;
  address: string;
  running: boolean;
  /** What the container was made from; see `specOf`. */
  spec: string;
  image: string;
  labels: Record<string, string>;
  startedAt: string;
}

interface Inspected {
  Name: string;
  ImageName: string;
  State: { Running: boolean; StartedAt: string };
  Config: { Labels: Record<string, string>; CreateCommand?: string[] };
}

/** The environment's machines that have a container, running or not. */
export async function listMachines(environment: Environment, podman: Podman): Promise<MachineState[]> {
  const ids = (await podman(["ps", "--all", "--quiet", "--filter", `label=${labelOf(environment)}`])).trim();
  if (ids === "") return [];
  const containers = JSON.parse(await podman(["container", "inspect", ...ids.split("\n")])) as Inspected[];
  return containers.map(stateOf).sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}

function stateOf({ Name, ImageName, State, Config }: Inspected): MachineState {
  const labels = Config.Labels;
  return {
    name: labels["roost.local/machine"] ?? Name,
    role: (labels["roost.local/role"] ?? "host") as Role,
    container: Name,
    // The one it was given: a stopped container has none in its network settings.
    address: valueAfter(Config.CreateCommand ?? [], "--ip"),
    running: State.Running,
    spec: labels["roost.local/spec"] ?? "",
    image: ImageName,
    labels,
    startedAt: State.StartedAt,
  };
}

function valueAfter(args: string[], flag: string): string {
  return args[args.indexOf(flag) + 1] ?? "";
}
