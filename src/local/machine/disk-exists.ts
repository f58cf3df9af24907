import type { Podman } from "../podman.ts";

/** Whether the disk of the container's machine is there. */
export async function diskExists(container: string, podman: Podman): Promise<boolean> {
  return podman(["volume", "exists", container]).then(
    () => true,
    () => false,
  );
}
