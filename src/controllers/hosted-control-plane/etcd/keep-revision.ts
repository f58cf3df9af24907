import { durableRecord, writeDurableRecord } from "../durable-record.ts";
import type { PlaneStep } from "../pass.ts";
import { isManaged, remember } from "./etcd-of.ts";

/** Puts on record how far etcd has come, so that one that is put back is noticed by who was not there to see it. */
export const keepRevision: PlaneStep = async (pass) => {
  const { kube, namespace, configMaps, options, now } = pass;
  if (!isManaged(pass) || !durableRecord(configMaps).etcd) return;
  const highest = options.etcd.revisionToKeep(now());
  if (highest === undefined) return;
  remember(pass, await writeDurableRecord(kube, namespace, "etcdRevision", { highest, at: now().toISOString() }));
};
