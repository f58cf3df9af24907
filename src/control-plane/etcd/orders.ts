import type { ConfigMap } from "../../kube/kinds.ts";
import type { ControlPlane } from "../control-plane.ts";
import { clusterOf, initialCluster, members } from "./members.ts";

/**
 * The ConfigMap that tells each member what to do where its volume is empty; where there is data nobody asks it. It is
 * not rendered: `new` is written once, before there is an etcd, and never comes back.
 */
export const ordersName = "etcd-members";

/**
 * By member, what it does with an empty volume, in the words that the start script reads:
 * - `new CLUSTER`: make the cluster, together with the others that are told the same.
 * - `existing CLUSTER`: join the others, who have let it in.
 * - `hold`: wait for another order.
 */
export type Orders = Record<string, string>;

export const hold = "hold";

type Facts = Pick<ControlPlane, "namespace" | "spec">;

/** For a control plane that never had an etcd. */
export function firstOrders(plane: Facts): Orders {
  return sameFor(plane, `new ${initialCluster(plane)}`);
}

/** For one that may have had one. */
export function holdOrders(plane: Facts): Orders {
  return sameFor(plane, hold);
}

/** For a member that these, itself among them, have let in. */
export function joinOrder(names: readonly string[], namespace: string): string {
  return `existing ${clusterOf(names, namespace)}`;
}

/** The orders as the pods mount them. */
export function ordersConfigMap(namespace: string, orders: Orders): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: ordersName, namespace }, data: orders };
}

function sameFor(plane: Facts, order: string): Orders {
  return Object.fromEntries(members(plane).map((member) => [member, order]));
}
