import { memberHost } from "../../../control-plane/etcd/members.ts";
import type { DataHash } from "../../../etcd/etcd-client.ts";
import { isEmpty, type Observation, votes } from "../../../etcd/observe-members.ts";
import { Pod } from "../../../kube/kinds.ts";
import type { Pass } from "../pass.ts";
import { damagedMembers } from "./damaged-members.ts";
import { answering } from "./etcd-facts.ts";
import { etcdOf } from "./etcd-of.ts";

/**
 * Learns which members may have bad data: those whose pods say that they cannot start on it, and those whose hash
 * differs. Nothing is asked while none is silent without being empty, and none has raised the alarm.
 */
export async function suspect(pass: Pass, observed: Observation): Promise<void> {
  const { kube, namespace, options } = pass;
  const { wanted } = etcdOf(pass, observed);
  const members = answering({ observed });
  const isAlarmed = members.some(([, { alarms }]) => alarms.includes("CORRUPT"));
  const silent = wanted.filter((name) => !votes(observed[name]) && !isEmpty(observed[name]));
  const labels = { app: "etcd" };
  let damaged = silent.length > 0 ? damagedMembers(await kube.list(Pod, { namespace, labels })) : [];
  // A member is taken out for what its pod says now.
  if (damaged.length > 0) damaged = damagedMembers(await kube.list(Pod, { namespace, labels, live: true }));
  if (damaged.length === 0 && !isAlarmed) return;
  const voters = members.filter(([, member]) => votes(member));
  const revision = Math.min(...voters.map(([, member]) => member.revision));
  const { client } = options.etcd;
  const hashes = voters.map(async ([name]): Promise<[string, DataHash][]> => {
    // Of one that cannot tell nothing is known, and nothing is done to it.
    const hash = await client?.hash(memberHost(name, namespace), revision).catch(() => undefined);
    return hash ? [[name, hash]] : [];
  });
  pass.etcdSuspects = { damaged, hashes: Object.fromEntries((await Promise.all(hashes)).flat()) };
}
