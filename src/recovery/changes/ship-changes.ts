import { Backup } from "../../api/backup.ts";
import { BackupSchedule } from "../../api/backup-schedule.ts";
import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import { durableRecordName } from "../../api/durable-record-name.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { wantedRecovery } from "../../api/wanted-recovery.ts";
import { type EtcdAccess, EtcdClient, type EtcdClientOptions } from "../../etcd/etcd-client.ts";
import type { Log } from "../../kube/controller.ts";
import { ConfigMap, Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { sentenceOf } from "../../kube/log.ts";
import { pause } from "../../kube/pause.ts";
import { textOf } from "../../kube/text-of.ts";
import { acknowledgedRevision } from "../etcd/acknowledged-revision.ts";
import type { OpenLocation } from "../store/open-location.ts";
import { reopened } from "../store/reopened.ts";
import type { Store } from "../store/store.ts";
import { beginOfRow } from "./begin-of-row.ts";
import { findSegments } from "./find-segments.ts";
import { ChangesLost } from "./follow-changes.ts";
import { historyOf } from "./history-of.ts";
import { outlivedSegments } from "./outlived-segments.ts";
import { changesName, changesPath, runAt, type Segment, segmentOf } from "./segment.ts";
import { type ShippingNews, type Start, shipRun } from "./ship-run.ts";
import { whereToBegin } from "./where-to-begin.ts";

export interface ShipChangesOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  now: () => Date;
  /** Of the HostedCluster and of the BackupSchedule. */
  namespace: string;
  cluster: string;
  schedule: string;
  /** Opened anew each time: what it refers to may change. */
  openLocation: () => Promise<Pick<OpenLocation, "store" | "recipients">>;
  /** Where etcd is, where that is not where the Service's name says. */
  host?: string;
  addressOf?: EtcdClientOptions["addressOf"];
  everyMs?: number;
  /** For how long it may fail before that is told: a member of etcd that starts anew is no news. */
  patienceMs?: number;
}

/** How often changes are put into the location; with the time that takes, what may be lost. */
const usualEveryMs = 2_000;
/** How often the schedule's status is written where nothing but times changed. */
const tellEveryMs = 20_000;
const pruneEveryMs = 600_000;
const usualPatienceMs = 10_000;

/** What the schedule's status says of it. */
type Told = NonNullable<NonNullable<BackupSchedule["status"]>["changes"]>;

/**
 * Ships the changes of a hosted cluster's etcd into a location until the signal aborts: from where the location has them
 * to, else from the newest backup, else from now. Whatever fails is told in the schedule's status and tried again.
 */
export async function shipChanges(options: ShipChangesOptions): Promise<void> {
  const { signal, log } = options;
  const news = new News(options);
  const over = new AbortController();
  const telling = news.tellWhile(over.signal);
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      await ship(options, news, () => {
        failures = 0;
      });
    } catch (error) {
      if (signal.aborted) break;
      log.warn({ error }, "changes are not shipped");
      news.failed(error as Error);
      await pause(Math.min(1_000 * 2 ** failures, 15_000), signal).catch(() => {});
    }
  }
  over.abort();
  await telling;
}

async function ship(options: ShipChangesOptions, news: News, onShipped: () => void): Promise<never> {
  const { log, now, signal, namespace, cluster, everyMs = usualEveryMs, addressOf } = options;
  const { clusterUID, history, access, host } = await findEtcd(options);
  const { recipients } = await options.openLocation();
  const store = await reopened(async () => (await options.openLocation()).store);
  const path = changesPath({ namespace, name: cluster }, history);
  const client = new EtcdClient(access, { addressOf, timeoutMs: 10_000 });
  const stop = new AbortController();
  const pruning = pruneWhile(AbortSignal.any([signal, stop.signal]), options, { store, clusterUID, history });
  try {
    const present = await findSegments(store, path, signal);
    const run = (start: Start) => {
      // Where somebody has taken a segment away, nothing before that is of use.
      const first = beginOfRow(present.filter(({ run }) => run === start.run)) ?? start.next;
      news.begin({ history, run: start.run, first }, start.next - 1);
      log.info({ history, ...start }, "shipping changes");
      const tell: ShippingNews = {
        known: (known) => news.known(known),
        failed: (problem) => news.failed(problem),
        shipped(last) {
          news.shipped(last);
          onShipped();
        },
      };
      return shipRun({ client, host, now, signal, log, store, path, recipients, everyMs, start, tell });
    };
    try {
      const start = whereToBegin(present, await newestBackup(options, history), now());
      if (start) return await run(start);
    } catch (error) {
      if (!(error instanceof ChangesLost) || signal.aborted) throw error;
      log.warn({ error }, "a gap: another run of changes begins");
    }
    return await run({ run: runAt(now()), next: (await acknowledgedRevision(client, host)) + 1 });
  } finally {
    stop.abort();
    client.close();
    await pruning;
  }
}

async function findEtcd({ kube, signal, namespace, cluster: name, host }: ShipChangesOptions): Promise<{
  clusterUID: string;
  history: string;
  access: EtcdAccess;
  host: string;
}> {
  const cannot = (why: string) => new Error(`Cannot ship changes of ${namespace}/${name}: ${why}`);
  const cluster = await kube.get(HostedCluster, name, namespace, { signal });
  if (!cluster) throw cannot("there is no such HostedCluster");
  const plane = controlPlaneNamespace(cluster);
  const [hcp, record, secret] = await Promise.all([
    kube.get(HostedControlPlane, name, plane, { signal }),
    kube.get(ConfigMap, durableRecordName, plane, { signal }),
    kube.get(Secret, "etcd-client-tls", plane, { signal }),
  ]);
  const wanted = hcp && wantedRecovery(hcp);
  // Until the control plane starts again its etcd may be what it was, or what it is to be.
  if (wanted && wanted.mode !== "Running") throw cannot("it is being put back");
  const text = record?.data?.etcd;
  if (!text || !secret) throw cannot("its etcd has not been there yet");
  const [ca = "", certificate = "", key = ""] = ["ca.crt", "tls.crt", "tls.key"].map((file) => textOf(secret, file));
  const clusterUID = cluster.metadata?.uid ?? "";
  return {
    clusterUID,
    history: historyOf(clusterUID, JSON.parse(text)),
    access: { ca, certificate, key },
    // A member that is ready; another one when that is gone.
    host: host ?? `etcd-client.${plane}.svc`,
  };
}

async function backupsOf({ kube, signal, namespace, cluster }: ShipChangesOptions) {
  return (await kube.list(Backup, { namespace, signal })).flatMap(({ spec, status }) => {
    const { history, revision } = status ?? {};
    return spec.clusterName === cluster && history && revision ? [{ history, revision }] : [];
  });
}

async function newestBackup(options: ShipChangesOptions, history: string): Promise<{ revision: number } | undefined> {
  const backups = (await backupsOf(options)).filter((backup) => backup.history === history);
  return backups.sort((a, b) => b.revision - a.revision)[0];
}

interface Pruned {
  store: Store;
  clusterUID: string;
  history: string;
}

/** Deletes what no backup needs any more, now and then. That it cannot be deleted now holds up nothing. */
async function pruneWhile(signal: AbortSignal, options: ShipChangesOptions, pruned: Pruned): Promise<void> {
  try {
    for (let afterMs = 60_000; ; afterMs = pruneEveryMs) {
      await pause(afterMs, signal);
      await prune({ ...options, signal }, pruned).catch((error) => {
        if (!signal.aborted) options.log.warn({ error }, "changes that no backup needs could not be deleted");
      });
    }
  } catch {
    // It is to end.
  }
}

/** Deletes the segments that no backup of this cluster needs any more; gives how many there were. */
export async function prune(options: ShipChangesOptions, { store, clusterUID, history }: Pruned): Promise<number> {
  const { namespace, cluster, signal, log } = options;
  const backups = await backupsOf(options);
  const top = `${namespace}/${cluster}/${changesName}/`;
  const found: (Segment & { history: string; key: string })[] = [];
  for await (const { key } of store.list(top, { signal })) {
    const [of = "", ...name] = key.slice(top.length).split("/");
    const segment = segmentOf(name.join("/"));
    // Another cluster may have had the name before, or have it in another management cluster.
    if (segment && of.split(".")[0] === clusterUID) found.push({ ...segment, history: of, key });
  }
  const outlived = outlivedSegments(found, backups, history);
  for (const { key } of outlived) await store.delete(key, { signal, small: true });
  if (outlived.length > 0) log.info({ objects: outlived.length }, "deleted changes that no backup needs any more");
  return outlived.length;
}

/** What is told in the schedule's status: at once where it is news, else now and then. */
class News implements ShippingNews {
  readonly #options: ShipChangesOptions;
  #told: Partial<Told> = {};
  /** What the schedule has been told last, also by a container before this one: until when holds for its run. */
  #written: Pick<Partial<Told>, "history" | "run"> | undefined;
  #present: { revision: number; at: Date } | undefined;
  #isNews = false;
  #failingSince: number | undefined;

  constructor(options: ShipChangesOptions) {
    this.#options = options;
  }

  begin(run: Pick<Told, "history" | "run" | "first">, revision: number): void {
    if (this.#told.run !== run.run) this.#told = { problem: this.#told.problem };
    this.#isNews ||= this.#told.run !== run.run;
    this.#told = { ...this.#told, ...run, revision };
    this.#present = undefined;
  }

  known(present: { revision: number; at: Date }): void {
    // What is asked is settled before the next question counts.
    this.#present ??= present;
    this.#settle();
  }

  shipped({ revision, at }: { revision: number; at: string }): void {
    this.#told = { ...this.#told, revision, time: at };
    this.#settle();
  }

  failed(problem: Error): void {
    this.#failingSince ??= Date.now();
    if (Date.now() - this.#failingSince < (this.#options.patienceMs ?? usualPatienceMs)) return;
    const text = sentenceOf(problem).slice(0, 1024);
    this.#isNews ||= this.#told.problem === undefined;
    this.#told = { ...this.#told, problem: text };
  }

  /** Writes until the signal aborts, when nothing is shipped any more, and what is left then. */
  async tellWhile(signal: AbortSignal): Promise<void> {
    let written = "";
    for (let last = 0; ; ) {
      const ended = await pause(1_000, signal).then(
        () => false,
        () => true,
      );
      const text = JSON.stringify(this.#told);
      const isDue = this.#isNews || ended || Date.now() - last >= tellEveryMs;
      if (isDue && text !== written && text !== "{}") {
        try {
          this.#isNews = false;
          await this.#write(signal);
          written = text;
          last = Date.now();
        } catch (error) {
          if (!ended) this.#options.log.warn({ error }, "the schedule could not be told how far changes are shipped");
        }
      }
      if (ended) return;
    }
  }

  /** All that etcd had when it was asked is in the store: so nothing is wrong, and it is complete up to then. */
  #settle(): void {
    const { revision = 0, problem, until } = this.#told;
    if (!this.#present || revision < this.#present.revision) return;
    this.#failingSince = undefined;
    this.#isNews ||= problem !== undefined || until === undefined;
    this.#told = { ...this.#told, until: this.#present.at.toISOString(), problem: undefined };
    this.#present = undefined;
  }

  async #write(signal: AbortSignal): Promise<void> {
    const { kube, schedule, namespace } = this.#options;
    this.#written ??= (await kube.get(BackupSchedule, schedule, namespace))?.status?.changes ?? {};
    const { history, run, problem = null } = this.#told;
    const isOther = run !== undefined && (run !== this.#written.run || history !== this.#written.history);
    // Null takes away what was written before; of the same run it holds until more is known.
    const changes = { ...(isOther && { time: null, until: null }), ...this.#told, problem };
    const status = { changes };
    const options = { subresource: "status", ...(!signal.aborted && { signal }) } as const;
    await kube.patch(BackupSchedule, schedule, namespace, { status }, options);
    if (run !== undefined) this.#written = { history, run };
  }
}
