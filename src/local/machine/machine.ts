import { createHash } from "node:crypto";
import { containerOf, type Environment, labelOf, networkOf } from "../environment.ts";
import { toNumber } from "../network/address.ts";

export type Role = "services" | "management-cluster" | "host" | "s3";

/** A machine of the environment: a container that boots as firmware.sh says, with a disk that outlives it. */
export interface Machine {
  name: string;
  role: Role;
  address: string;
  /** The node image. */
  image: string;
  /** Address of the environment's DNS server. */
  dns: string;
  /** What is mounted from this computer, read-only: path here to path there. */
  mounts: Record<string, string>;
  /** Directories that must not lie on an overlay, or must outlive a reboot where the root does not. */
  persistent: string[];
  /** Facts of a role that `list` reads back. */
  labels?: Record<string, string>;
  /** Anything else whose change makes the machine anew, such as the text of its configuration. */
  content?: string;
}

/** Names what a machine's container was made from, so that one made from something else is made again. */
export function specOf(environment: Environment, machine: Machine): string {
  const all = JSON.stringify([runArguments(environment, machine, ""), machine.content ?? ""]);
  return createHash("sha256").update(all).digest("hex").slice(0, 16);
}

/** The arguments of `podman` that make and start the machine's container. */
export function runArguments(environment: Environment, machine: Machine, spec: string): string[] {
  const container = containerOf(environment, machine.name);
  const labels = { ...machine.labels, "roost.local/machine": machine.name, "roost.local/role": machine.role };
  const mounts = Object.entries(machine.mounts).map(([here, there]) => `${here}:${there}:ro`);
  return [
    ...["run", "--detach", "--name", container, "--hostname", machine.name, "--label", labelOf(environment)],
    ...Object.entries({ ...labels, "roost.local/spec": spec }).flatMap(([key, value]) => [
      "--label",
      `${key}=${value}`,
    ]),
    ...["--privileged", "--systemd=always", "--tmpfs", "/run", "--tmpfs", "/tmp", "--restart", "on-failure"],
    ...["--network", networkOf(environment), "--ip", machine.address, "--mac-address", macOf(machine.address)],
    ...["--dns", machine.dns, "--dns-search", "."],
    ...["--volume", `${container}:/disk:dev,exec,suid`],
    ...mounts.flatMap((mount) => ["--volume", mount]),
    ...["--env", `MACHINE_ID=${machineIdOf(container, machine.address)}`],
    ...["--env", `PERSISTENT_DIRECTORIES=${machine.persistent.join(" ")}`],
    machine.image,
  ];
}

// The same one after each reboot, so that neighbours need not learn another.
function macOf(address: string): string {
  const hex = toNumber(address).toString(16).padStart(8, "0");
  return ["02", "00", ...(hex.match(/../g) ?? [])].join(":");
}

function machineIdOf(container: string, address: string): string {
  return createHash("sha256").update(`${container} ${address}`).digest("hex").slice(0, 32);
}

/** The machine's UUID, as `/boot/host-id` in it says; stable over reboots and installations. */
export function hostIdOf(container: string, address: string): string {
  return machineIdOf(container, address).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
