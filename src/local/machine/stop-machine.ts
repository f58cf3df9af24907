import type { Podman } from "../podman.ts";

/** Shuts the machine down as its power button would. */
export async function stopMachine(container: string, podman: Podman): Promise<void> {
  await podman(["stop", "--ignore", "--time", "15", container]);
}
