import { Machine } from "../../api/cluster-api.ts";
import { type Controller, watches } from "../../kube/controller.ts";
import { Node } from "../../kube/kinds.ts";
import { machineAnnotation, nodeFacts } from "../node-facts.ts";
import type { GuestOptions } from "../options.ts";
import { nodeChanges } from "./node-changes.ts";

/** Keeps labels and taints of Nodes in step with their NodePool, both ways: what the pool no longer has goes away. */
export function nodeLabels({ guest, namespace }: GuestOptions): Controller<Machine> {
  return {
    name: "node-labels",
    kind: Machine,
    namespace,
    watches: [
      watches({
        kube: guest,
        kind: Node,
        pick: nodeFacts,
        keysOf: ({ metadata }) => {
          const machine = metadata?.annotations?.[machineAnnotation];
          return machine ? [`${namespace}/${machine}`] : [];
        },
      }),
    ],
    async reconcile(machine, { log }) {
      const name = machine.status?.nodeRef?.name;
      const node = name ? await guest.get(Node, name) : undefined;
      const changes = node && nodeChanges(machine, node);
      if (!name || !changes) return;
      await guest.patch(Node, name, undefined, changes);
      log.info({ node: name }, "labels and taints of the node pool brought to the node");
    },
  };
}
