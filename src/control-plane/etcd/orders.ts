import type { ConfigMap } from "../../kube/kinds.ts";
import type { ControlPlane } from "../control-plane.ts";
import { clusterOf, initialCluster, members } from "./members.ts";

/**
 * The ConfigMap that tells each member what to do before it starts, above all with an empty volume. It is not rendered:
 * `new` is written once, before there is an etcd, and never comes back.
 */
export const ordersName = "etcd-members";

/**
 * By member, what it does before it starts, in the words that the start script reads. With an empty volume:
 * - `new CLUSTER`: make the cluster, together with the others that are told the same.
 * - `existing CLUSTER`: be the member again that it was.
 * - `hold`: wait for another order.
 *
 * And whatever is in the volume:
 * - `restore ID CLUSTER`: become the member of this cluster that the snapshot of the Secret `etcd-restore` makes, unless
 *   the data is from the restore of this ID. What was there is moved aside.
 * - `put-back ID`: have again what that restore has moved aside, or nothing where there was nothing; one that it never
 *   came to has it still.
 * - `rejoin ID CLUSTER`: join the others, who have let it in under this id. What was there is put aside, unless it is of
 *   that very member.
 */
export type Orders = Record<string, string>;

export const hold = "hold";

/**
 * The Secret that tells where the snapshot is: `url`, and where they are known `sha256` and the authorities `ca.crt` that
 * its server is trusted by; and `bump`, by how much its revision is raised, where that is more than usual.
 */
export const restoreSecretName = "etcd-restore";

type Facts = Pick<ControlPlane, "namespace" | "spec">;

/** For a control plane that never had an etcd. */
export function firstOrders(plane: Facts): Orders {
  if (snapshotURL(plane)) return restoreOrders(plane, firstRestore);
  return sameFor(plane, `new ${initialCluster(plane)}`);
}

/** Where the snapshot is that the control plane is to begin with, if with any. */
export function snapshotURL({ spec }: Pick<ControlPlane, "spec">): string | undefined {
  return spec.etcd.managed?.storage.restoreSnapshotURL?.[0];
}

/** Whether a member is still to become what `restoreSnapshotURL` holds. */
export function beginsWithSnapshot(orders: Orders): boolean {
  return Object.values(orders).some((order) => order.startsWith(`restore ${firstRestore} `));
}

/** The ID of the restore that a control plane begins with: that of `restoreSnapshotURL`. */
export const firstRestore = "first";

/** For all members to become what this snapshot holds: the same one for each, with the full membership. */
export function restoreOrders(plane: Facts, id: string): Orders {
  return sameFor(plane, `restore ${id} ${initialCluster(plane)}`);
}

/** For all members to have again what they had before that. */
export function putBackOrders(plane: Facts, id: string): Orders {
  return sameFor(plane, `put-back ${id}`);
}

/** For one that may have had one. */
export function holdOrders(plane: Facts): Orders {
  return sameFor(plane, hold);
}

/** For one that has lost its data, and is still among these. */
export function existingOrder(names: readonly string[], namespace: string): string {
  return `existing ${clusterOf(names, namespace)}`;
}

/** For one that these, itself among them, have let in under a new id: what it had before is of no use any more. */
export function rejoinOrder(id: string, names: readonly string[], namespace: string): string {
  return `rejoin ${id} ${clusterOf(names, namespace)}`;
}

/** True of an order to come to others that are there. */
export function isToJoin(order = ""): boolean {
  return /^(existing|rejoin) /.test(order);
}

/** The orders as the pods mount them. */
export function ordersConfigMap(namespace: string, orders: Orders): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: ordersName, namespace }, data: orders };
}

function sameFor(plane: Facts, order: string): Orders {
  return Object.fromEntries(members(plane).map((member) => [member, order]));
}
