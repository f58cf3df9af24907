import type { Podman } from "../podman.ts";

/** Whether podman has an image of that name. */
export async function imageExists(podman: Podman, image: string): Promise<boolean> {
  return podman(["image", "exists", image]).then(
    () => true,
    () => false,
  );
}
