import { HostedControlPlane } from "../../../api/hosted-control-plane.ts";
import { members } from "../../../control-plane/etcd/members.ts";
import { firstOrders, holdOrders, ordersConfigMap, ordersName } from "../../../control-plane/etcd/orders.ts";
import { PersistentVolumeClaim, StatefulSet } from "../../../kube/kinds.ts";
import { ownerReference } from "../../../kube/owning-kube.ts";
import { durableRecord, presentRecord } from "../durable-record.ts";
import type { Pass, PlaneStep } from "../pass.ts";
import { isManaged, remember } from "./etcd-of.ts";

/**
 * Makes the orders of etcd's members, which `repairEtcd` changes from then on. The order to begin anew is given once in
 * the life of a control plane, and only where nothing tells of an etcd before; it is made and never applied, so that
 * not even a second process that knows no better gives it again.
 */
export const ensureOrders: PlaneStep = async (pass) => {
  const { kube, hcp, namespace, configMaps } = pass;
  if (!isManaged(pass) || configMaps.some(({ metadata }) => metadata?.name === ordersName)) return;
  const plane = { namespace, spec: hcp.spec };
  const orders = (await hasHadEtcd(pass)) ? holdOrders(plane) : firstOrders(plane);
  const configMap = ordersConfigMap(namespace, orders);
  const ownerReferences = [ownerReference(hcp, HostedControlPlane)];
  remember(pass, await kube.create({ ...configMap, metadata: { ...configMap.metadata, ownerReferences } }));
};

async function hasHadEtcd({ kube, hcp, namespace, configMaps }: Pass): Promise<boolean> {
  if (durableRecord(configMaps).etcd || hcp.status?.initialized) return true;
  const live = { live: true };
  if ((await presentRecord({ kube, namespace })).etcd) return true;
  const claims = members(hcp).map((member) => kube.get(PersistentVolumeClaim, `data-${member}`, namespace, live));
  const found = await Promise.all([kube.get(StatefulSet, "etcd", namespace, live), ...claims]);
  return found.some((object) => object !== undefined);
}
