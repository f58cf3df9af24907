import { allOf } from "../all-of.ts";
import { endContents } from "./end-contents.ts";
import { letGo } from "./let-go.ts";
import type { Pass } from "./pass.ts";

/**
 * Takes out of a namespace that is being deleted what would hold that up. Kubernetes begins to empty it five seconds
 * later, gives each pod all the time that it may take to end, and looks again only after further seconds where pods, or
 * volume claims that pods hold, are left. Nobody is to be served any more, so pods end at once, and nothing can be made
 * there in their place. What is refused keeps nothing else from going.
 */
export async function emptyNamespace(pass: Pass): Promise<void> {
  const { kube, namespace, hostedControlPlane } = pass;
  await allOf<unknown>([
    ...(hostedControlPlane ? [letGo(pass, hostedControlPlane, { atOnce: true })] : []),
    endContents(kube, namespace),
  ]);
}
