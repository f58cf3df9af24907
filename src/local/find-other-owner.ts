import { access } from "node:fs/promises";
import type { Environment } from "./environment.ts";
import { findCheckout } from "./network/ensure-network.ts";
import type { Podman } from "./podman.ts";

/**
 * The other checkout on this computer whose environment has the same name, while that checkout is there; nothing
 * where the environment is ours, or nobody's.
 */
export async function findOtherOwner(environment: Environment, podman: Podman): Promise<string | undefined> {
  const owner = await findCheckout(environment, podman);
  if (owner === undefined || owner === environment.root) return undefined;
  return access(owner).then(
    () => owner,
    () => undefined,
  );
}
