import { memberHost } from "../../../control-plane/etcd/members.ts";
import { beginsWithSnapshot, snapshotURL } from "../../../control-plane/etcd/orders.ts";
import { snapshotKeys } from "../../../control-plane/kube-apiserver/snapshot-keys.ts";
import type { EtcdClient } from "../../../etcd/etcd-client.ts";
import { wait } from "../../../kube/controller.ts";
import { Deployment } from "../../../kube/kinds.ts";
import { seen } from "../../../kube/seen.ts";
import type { PlaneStep } from "../pass.ts";
import { answering } from "./etcd-facts.ts";
import { etcdOf, isManaged } from "./etcd-of.ts";

/** Where an API server keeps Secrets, and what comes after them. */
const [first, end] = ["/kubernetes.io/secrets/", "/kubernetes.io/secrets0"];
const pageSize = 50;

/**
 * Before an API server starts on an etcd that began with a snapshot: whether it will be able to read the Secrets there.
 * One that cannot ends again and again, and would write with a key that nobody else has.
 */
export const readSnapshotKeys: PlaneStep = async (pass) => {
  const { kube, hcp, namespace, held, waits, options } = pass;
  if (!isManaged(pass) || !snapshotURL(hcp)) return;
  if (hcp.status?.initialized || (await seen(kube, Deployment, "kube-apiserver", namespace))) {
    pass.snapshot = "readable";
    return;
  }
  const { client, latest } = options.etcd;
  const facts = etcdOf(pass, latest);
  const speaker = answering(facts).find(([, { leader }]) => leader)?.[0];
  if (!client || !speaker || !facts.record || beginsWithSnapshot(facts.orders)) {
    held.set("kube-apiserver", "kube-apiserver waits until etcd has the snapshot that it is to begin with");
    return;
  }
  const found = snapshotKeys(await secretsIn(client, memberHost(speaker, namespace)), pass.encryption);
  if ("aliases" in found) {
    pass.snapshot = "readable";
    if (pass.encryption) pass.encryption = { ...pass.encryption, former: found.aliases };
    return;
  }
  const message = `The snapshot of restoreSnapshotURL cannot be read: ${found.problem}; put the key that the cluster of the snapshot had into a Secret, and name it in spec.secretEncryption.aescbc.backupKey`;
  pass.snapshot = { reason: "EtcdRestoreFailed", message };
  held.set("kube-apiserver", message);
  waits.push(wait("EtcdRestoreFailed", message, 60_000));
};

interface RangeAnswer {
  kvs?: { key: string; value: string }[];
  more?: boolean;
}

/** Every Secret as etcd has it, as far as it tells who encrypted it. */
async function secretsIn(client: EtcdClient, host: string): Promise<Buffer[]> {
  const values: Buffer[] = [];
  let key = Buffer.from(first);
  for (;;) {
    const body = { key: key.toString("base64"), range_end: Buffer.from(end).toString("base64"), limit: pageSize };
    const { kvs = [], more } = await client.call<RangeAnswer>(host, "kv/range", body);
    values.push(...kvs.map(({ value }) => Buffer.from(value, "base64")));
    const last = kvs.at(-1);
    if (!more || !last) return values;
    key = Buffer.concat([Buffer.from(last.key, "base64"), Buffer.of(0)]);
  }
}
