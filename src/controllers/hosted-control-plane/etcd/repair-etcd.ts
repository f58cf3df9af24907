import { memberHost, peerURL } from "../../../control-plane/etcd/members.ts";
import { isToJoin, type Orders, ordersConfigMap } from "../../../control-plane/etcd/orders.ts";
import { answers, isEmpty } from "../../../etcd/observe-members.ts";
import { isNotFound } from "../../../kube/api-error.ts";
import { Pod } from "../../../kube/kinds.ts";
import { sentenceOf } from "../../../kube/log.ts";
import { writeDurableRecord } from "../durable-record.ts";
import { isStopped, type Pass, type PlaneStep } from "../pass.ts";
import { spokesman } from "./etcd-facts.ts";
import { etcdOf, isManaged, lookAgain, remember } from "./etcd-of.ts";
import { type EtcdStep, nextStep } from "./next-step.ts";
import { suspect } from "./suspect.ts";

/** How soon what etcd refused is tried again: a member that catches up is refused until it has. */
const againMs = 2_000;

/**
 * Writes down what etcd is, lets members come back that have lost their data, and keeps databases small. What goes
 * wrong holds up nothing else: it is said in EtcdRecoveryActive.
 */
export const repairEtcd: PlaneStep = async (pass) => {
  const { etcd } = pass.options;
  const observed = etcd.toActOn;
  // Where members are put back, none of them is lost.
  if (!isManaged(pass) || !observed || isStopped(pass)) return;
  await suspect(pass, observed);
  if (!nextStep(etcdOf(pass, observed))) return;
  await lookAgain(pass);
  // What is only written down changes nothing in etcd: the same look serves for the next step.
  for (;;) {
    const step = nextStep(etcdOf(pass, observed));
    if (!step) return;
    try {
      await carryOut(pass, step);
    } catch (error) {
      pass.etcdTrouble = sentenceOf(error);
      return etcd.renew(againMs);
    }
    if (step.do === "record" || step.do === "order") continue;
    pass.log.info({ step: step.do, member: "member" in step ? step.member : undefined }, "repairing etcd");
    return etcd.renew();
  }
};

async function carryOut(pass: Pass, step: EtcdStep): Promise<unknown> {
  const { kube, namespace, options } = pass;
  if (step.do === "record") {
    return remember(pass, await writeDurableRecord(kube, namespace, "etcd", step.record));
  }
  if (step.do === "order") return giveOrders(pass, step.orders);
  const { client, toActOn } = options.etcd;
  if (!client) return;
  if (step.do === "rescue") {
    if (answers(toActOn?.[step.member])) await client.hash(memberHost(step.member, namespace));
    return giveOrders(pass, step.orders);
  }
  if (step.do === "defragment") {
    await client.defragment(memberHost(step.member, namespace));
    pass.etcdDefragmented = true;
    return;
  }
  const speaker = spokesman({ observed: toActOn });
  const name = Object.keys(toActOn ?? {}).find((each) => toActOn?.[each] === speaker);
  if (!name) return;
  const host = memberHost(name, namespace);
  if (step.do === "compact") {
    await client.compact(host, step.revision).catch(unlessCompacted);
    options.etcd.compacted = step.revision;
    return;
  }
  if (step.do === "disarm") return client.disarm(host, step.alarm);
  if (step.do === "remove") return client.remove(host, step.id);
  if (step.do === "promote") return client.promote(host, step.id);
  return client.addLearner(host, peerURL(step.member, namespace));
}

function unlessCompacted(error: Error): void {
  if (!error.message.includes("has been compacted")) throw error;
}

async function giveOrders(pass: Pass, orders: Orders): Promise<void> {
  const { kube, namespace } = pass;
  const before = etcdOf(pass, undefined).orders;
  remember(pass, await kube.apply(ordersConfigMap(namespace, orders)));
  const told = Object.keys(orders).filter((member) => orders[member] !== before[member]);
  await Promise.all(told.filter((member) => isToJoin(orders[member])).map((member) => hurry(pass, member)));
}

/**
 * A kubelet renews mounted files every minute or so, and at once where the pod itself changes. A pod that does not wait
 * with an empty volume reads its order when it starts: it is begun anew.
 */
async function hurry({ kube, namespace, now, options }: Pass, member: string): Promise<void> {
  const annotations = { "hypershift.openshift.io/etcd-order": now().toISOString() };
  const hurrying = isEmpty(options.etcd.toActOn?.[member])
    ? kube.patch(Pod, member, namespace, { metadata: { annotations } })
    : kube.delete(Pod, member, namespace);
  await hurrying.catch((error) => {
    if (!isNotFound(error)) throw error;
  });
}
