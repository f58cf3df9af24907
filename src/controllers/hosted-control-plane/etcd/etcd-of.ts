import { durableRecordName } from "../../../api/durable-record-name.ts";
import { members } from "../../../control-plane/etcd/members.ts";
import { ordersName } from "../../../control-plane/etcd/orders.ts";
import type { Observation } from "../../../etcd/observe-members.ts";
import { findCondition } from "../../../kube/conditions.ts";
import { ConfigMap } from "../../../kube/kinds.ts";
import { durableRecord } from "../durable-record.ts";
import { hashes } from "../look-at.ts";
import type { Pass } from "../pass.ts";
import type { EtcdFacts } from "./etcd-facts.ts";

/** True where the etcd is ours to keep. */
export function isManaged({ hcp }: Pick<Pass, "hcp">): boolean {
  return hcp.spec.etcd.managementType === "Managed";
}

/** True where it is written down what etcd is, or is none of ours. */
export function isOnRecord(pass: Pass): boolean {
  return !isManaged(pass) || durableRecord(pass.configMaps).etcd !== undefined;
}

/** What the pass knows of etcd, with this look at its members. */
export function etcdOf(pass: Pass, observed: Observation | undefined): EtcdFacts {
  const { hcp, namespace, configMaps, options } = pass;
  const { etcd, etcdRevision } = durableRecord(configMaps);
  return {
    namespace,
    wanted: members(hcp),
    record: etcd,
    orders: configMaps.find(({ metadata }) => metadata?.name === ordersName)?.data ?? {},
    observed,
    keptRevision: etcdRevision?.highest,
    isPaused: findCondition(hcp.status?.conditions, "ReconciliationActive")?.status === "False",
    // What was found before that says nothing of what it left.
    compacted: observed === options.etcd.toActOn ? options.etcd.compacted : undefined,
    ...pass.etcdSuspects,
  };
}

/** Reads the record and the orders from the server itself: members are let in and taken out by what is so now. */
export async function lookAgain(pass: Pass): Promise<void> {
  const { kube, namespace } = pass;
  const names = [durableRecordName, ordersName];
  const found = await Promise.all(names.map((name) => kube.get(ConfigMap, name, namespace, { live: true })));
  pass.configMaps = pass.configMaps.filter(({ metadata }) => !names.includes(metadata?.name ?? ""));
  for (const configMap of found) if (configMap) remember(pass, configMap);
}

/** Takes a ConfigMap that the pass has written among those that it knows. */
export function remember(pass: Pass, written: ConfigMap): void {
  const others = pass.configMaps.filter(({ metadata }) => metadata?.name !== written.metadata?.name);
  pass.configMaps = [...others, written];
  Object.assign(pass.contents, hashes("ConfigMap", [written]));
}
