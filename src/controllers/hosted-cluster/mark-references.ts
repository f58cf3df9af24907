import type { Pass } from "./pass.ts";
import { references } from "./references.ts";

/** On Secrets and ConfigMaps that a HostedCluster names: a change of theirs is noticed at once. */
export const referencedLabel = "hypershift.openshift.io/referenced";

/** Labels what the cluster's spec names, so that one watch with a selector follows all of it and nothing else. */
export async function markReferences({ cluster, kube }: Pass): Promise<void> {
  await Promise.all(
    references(cluster).map(async ({ kind, from }) => {
      const object = await kube.get(kind, from, cluster.metadata?.namespace);
      if (!object || object.metadata?.labels?.[referencedLabel]) return;
      // A patch, not an apply: it must not bring back an object that was just deleted.
      await kube.patch(kind, from, cluster.metadata?.namespace, {
        metadata: { labels: { [referencedLabel]: "true" } },
      });
    }),
  );
}
