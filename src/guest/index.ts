import type { Controller } from "../kube/controller.ts";
import { clusterVersionLoop } from "./cluster-version/controller.ts";
import { componentsLoop } from "./components-loop.ts";
import { csrApproval } from "./csr-approval/controller.ts";
import { dataPlaneConnection } from "./data-plane-connection/controller.ts";
import { keptToken } from "./kept-token/controller.ts";
import { kubernetesService } from "./kubernetes-service/controller.ts";
import { nodeTrust } from "./node-authorities/controller.ts";
import { nodeLabels } from "./node-labels/controller.ts";
import type { GuestOptions } from "./options.ts";

export { resolveHost } from "./kubernetes-service/resolve-host.ts";
export type { GuestOptions } from "./options.ts";

// biome-ignore lint/suspicious/noExplicitAny: a list of controllers of different kinds.
type AnyController = Controller<any>;

/**
 * The loops that keep the inside of a hosted cluster right. `management` are to be run with the client of the management
 * cluster, `guest` with that of the hosted cluster, both once its API server answers. They keep these parts of the
 * HostedControlPlane's status: `versionStatus`, `nodeCount`, `reportingNodeCount`, and the conditions
 * ConfigOperatorReconciliationSucceeded, ClusterVersion*, DataPlaneConnectionAvailable, ControlPlaneConnectionAvailable, NodesTrustAuthorities.
 */
export function guestLoops(options: GuestOptions): {
  management: AnyController[];
  guest: AnyController[];
} {
  return {
    management: [
      kubernetesService(options),
      componentsLoop(options),
      nodeLabels(options),
      clusterVersionLoop(options),
      dataPlaneConnection(options),
      nodeTrust(options),
      keptToken(options),
    ],
    guest: [csrApproval(options)],
  };
}
