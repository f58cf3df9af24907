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

/** How often all records are sent again, because the server may have lost some. */
const repeatMs = 60_000;
const firstPauseMs = 1000;
const longestPauseMs = 30_000;

/** Keeps the DNS records that the cluster's Services ask for, until the signal aborts, and leaves them standing then. */
export async function keepRecords({ kube, log, signal, memory, domain, update }: KeepRecordsOptions): Promise<void> {
  let wake = () => {};
  const services = follow(Service, { kube, log, signal, onChange: () => wake() });
  const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  await Promise.race([services.synced, aborted]);
  let last: string | undefined;
  let pauseMs = firstPauseMs;
  let complaint: string | undefined;
  const repeat = setInterval(() => {
    last = undefined;
    wake();
  }, repeatMs);
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
      const both = [...new Set([...former, ...wanted])];
      if (both.length > former.length) await write(kube, memory, both);
      const remove = former.filter((record) => !wanted.includes(record));
      if (both.length > 0) await update({ add: wanted, remove });
      if (remove.length > 0) await write(kube, memory, wanted);
      last = wanted.join("\n");
      pauseMs = firstPauseMs;
      complaint = undefined;
    } catch (error) {
      if (signal.aborted) break;
      const { message } = error as Error;
      if (message !== complaint) log.error({ error }, "DNS records could not be changed");
      complaint = message;
      await pause(pauseMs, signal).catch(() => {});
      pauseMs = Math.min(2 * pauseMs, longestPauseMs);
    }
  }
  clearInterval(repeat);
}

async function read(kube: Kube, { name, namespace }: KeepRecordsOptions["memory"]): Promise<DnsRecord[]> {
  const found = await kube.get(ConfigMap, name, namespace);
  return (found?.data?.records ?? "").split("\n").filter(Boolean) as DnsRecord[];
}

async function write(kube: Kube, { name, namespace }: KeepRecordsOptions["memory"], records: DnsRecord[]) {
  await kube.patch(ConfigMap, name, namespace, { data: { records: records.sort().join("\n") } }, { type: "merge" });
}
