import type { NodePool } from "../../api/node-pool.ts";
import { nodePoolAnnotation } from "../../ignition/token-secret.ts";
import type { Resource } from "../../kube/resource.ts";

/** Whether an object of the control plane's namespace was made for this pool. Its name alone proves nothing. */
export function isOfPool(object: Resource, pool: NodePool): boolean {
  return object.metadata?.annotations?.[nodePoolAnnotation] === `${pool.metadata?.namespace}/${pool.metadata?.name}`;
}
