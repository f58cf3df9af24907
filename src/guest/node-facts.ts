import type { Node } from "../kube/kinds.ts";

/** Cluster API writes on each Node which Machine it is. */
export const machineAnnotation = "cluster.x-k8s.io/machine";

/** As long as names and addresses can be. */
const longestText = 253;
const mostAddresses = 20;

/** What the loops need of a Node: its administrators can make as many as they like, each more than a megabyte long. */
export function nodeFacts({ metadata = {}, status }: Node): Node {
  const { name, uid, resourceVersion, annotations } = metadata;
  const machine = annotations?.[machineAnnotation]?.slice(0, longestText);
  const addresses = (status?.addresses ?? []).slice(0, mostAddresses);
  return {
    metadata: { name, uid, resourceVersion, ...(machine && { annotations: { [machineAnnotation]: machine } }) },
    status: {
      addresses: addresses.map(({ type, address }) => ({ type, address: address.slice(0, longestText) })),
      conditions: (status?.conditions ?? [])
        .filter(({ type }) => type === "Ready")
        .slice(0, 1)
        .map(({ type, status: value }) => ({ type, status: value })),
    },
  };
}
