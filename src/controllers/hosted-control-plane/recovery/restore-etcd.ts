import { type WantedRecovery, wantedRecovery } from "../../../api/wanted-recovery.ts";
import {
  holdOrders,
  type Orders,
  ordersConfigMap,
  putBackOrders,
  restoreOrders,
} from "../../../control-plane/etcd/orders.ts";
import { wait } from "../../../kube/controller.ts";
import { same } from "../../../kube/status-patch.ts";
import { type EtcdRecord, writeDurableRecord } from "../durable-record.ts";
import type { EtcdFacts } from "../etcd/etcd-facts.ts";
import { etcdOf, isManaged, lookAgain, remember } from "../etcd/etcd-of.ts";
import { isStopped, type Pass, type PlaneStep } from "../pass.ts";
import { formerRecord } from "./former-record.ts";
import { podsOf } from "./pods-of.ts";
import { putBackRecord } from "./put-back-record.ts";
import { restoredRecord } from "./restored-record.ts";

const lookAgainMs = 1_000;

/**
 * Has every member of etcd become what a snapshot holds, or has it put back what it had before that. The order is given
 * while none of them runs: one with the former data and one with the snapshot's take each other for members of the same
 * cluster. Once all have done it, that is written down with the recovery that did it, and the order ends: whoever
 * carries on after a death knows by that, and not by the order, that nothing is left to do.
 */
export const restoreEtcd: PlaneStep = async (pass) => {
  const { hcp, kube, namespace, options } = pass;
  const wanted = wantedRecovery(hcp);
  const asked = wanted && askedOf(pass, wanted);
  if (!asked || !hcp.status || !isManaged(pass) || !isStopped(pass)) return;
  const { recovery } = hcp.status;
  if (recovery?.id === wanted.id && recovery.etcd === asked.done) return;
  const seen = etcdOf(pass, options.etcd.toActOn);
  if (same(seen.orders, asked.orders) && !asked.recordIn(seen)) return;
  await lookAgain(pass);
  const facts = etcdOf(pass, options.etcd.toActOn);
  const record = asked.recordIn(facts);
  const isGiven = same(facts.orders, asked.orders);
  if (isGiven && !record) return;
  if (record && isGiven) {
    const before = asked.done === "Restored" ? formerRecord(facts.record, wanted.id) : undefined;
    const recovery = { id: wanted.id, gave: asked.done, ...(before && { before }) };
    remember(pass, await writeDurableRecord(kube, namespace, "etcd", { ...record, recovery }));
    remember(pass, await kube.apply(ordersConfigMap(namespace, holdOrders({ namespace, spec: hcp.spec }))));
  }
  if (isGiven || (facts.record?.recovery?.id === wanted.id && facts.record.recovery.gave === asked.done)) {
    hcp.status.recovery = { id: wanted.id, etcd: asked.done };
    pass.log.info({ recovery: wanted.id, etcd: asked.done }, "every member of etcd has what a recovery wants");
    return;
  }
  const running = (await podsOf(pass, [])).filter((name) => name.startsWith("etcd-"));
  if (running.length > 0) {
    return wait("RestoreInProgress", `These members of etcd still run: ${running.join(", ")}`, lookAgainMs);
  }
  remember(pass, await kube.apply(ordersConfigMap(namespace, asked.orders)));
  // What members said before that says nothing of what they make of it.
  options.etcd.renew();
};

interface Asked {
  orders: Orders;
  done: "Restored" | "PutBack";
  /** What is to be on record once it is so; nothing before. */
  recordIn: (facts: EtcdFacts) => EtcdRecord | undefined;
}

function askedOf({ hcp, namespace }: Pass, { id, mode, restore, putBack }: WantedRecovery): Asked | undefined {
  const plane = { namespace, spec: hcp.spec };
  if (mode !== "EtcdOnly") return undefined;
  if (putBack) {
    const recordIn = (facts: EtcdFacts) => putBackRecord(facts, id, putBack.below);
    return { orders: putBackOrders(plane, id), done: "PutBack", recordIn };
  }
  if (!restore) return undefined;
  const recordIn = (facts: EtcdFacts) => restoredRecord(facts, (revision) => revision >= restore.revision);
  return { orders: restoreOrders(plane, id), done: "Restored", recordIn };
}
