import type { Log } from "../../kube/controller.ts";
import { follow } from "../../kube/follow.ts";
import { ConfigMap, Service } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { pause } from "../../kube/pause.ts";
import type { DnsRecord } from "./dns-record.ts";
import { wantedRecords } from "./wanted-records.ts";

export interface KeepRecordsOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** The ConfigMap that says which records are of this cluster: what is not on it is never removed. */
  memory: { name: string; namespace: string };
  /** The domain below which names are kept. */
  domain: string;
  /** Has the DNS server add and remove records. */
  update: (change: { add: DnsRecord[]; remove: DnsRecord[] }) => Promise<void>;
}

const pauseAfterFailureMs = 1000;

/** Keeps the DNS records that the cluster's Services ask for, until the signal aborts, and leaves them standing then. */
export async function keepRecords({ kube, log, signal, memory, domain, update }: KeepRecordsOptions): Promise<void> {
  let wake = () => {};
  const services = follow(Service, { kube, log, signal, onChange: () => wake() });
  const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  await Promise.race([services.synced, aborted]);
  let last: string | undefined;
  while (!signal.aborted) {
    const change = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const wanted = wantedRecords(services.objects(), domain);
    if (wanted.join("\n") === last) {
      await Promise.race([change, aborted]);
      continue;
    }
    try {
      const former = await read(kube, memory);
      // Noted first, so that one that is added just before we end is known as ours.
      await write(kube, memory, [...new Set([...former, ...wanted])]);
      await update({ add: wanted, remove: former.filter((record) => !wanted.includes(record)) });
      await write(kube, memory, wanted);
      last = wanted.join("\n");
    } catch (error) {
      if (signal.aborted) return;
      log.error({ error }, "DNS records could not be changed");
      await pause(pauseAfterFailureMs, signal).catch(() => {});
    }
  }
}

async function read(kube: Kube, { name, namespace }: KeepRecordsOptions["memory"]): Promise<DnsRecord[]> {
  const found = await kube.get(ConfigMap, name, namespace);
  return (found?.data?.records ?? "").split("\n").filter(Boolean) as DnsRecord[];
}

async function write(kube: Kube, { name, namespace }: KeepRecordsOptions["memory"], records: DnsRecord[]) {
  await kube.patch(ConfigMap, name, namespace, { data: { records: records.sort().join("\n") } }, { type: "merge" });
}
