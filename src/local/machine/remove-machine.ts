import { containerOf, type Environment } from "../environment.ts";
import type { Podman } from "../podman.ts";
import { diskExists } from "./disk-exists.ts";

/** Removes the machine and its disk. */
export async function removeMachine(environment: Environment, name: string, podman: Podman): Promise<void> {
  const container = containerOf(environment, name);
  await podman(["rm", "--force", "--ignore", "--time", "0", container]);
  if (await diskExists(container, podman)) await podman(["volume", "rm", "--force", container]);
}
