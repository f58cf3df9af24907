import { Backup, BackupLocation, Restore } from "../src/api/index.ts";
import { findCondition } from "../src/kube/conditions.ts";
import { PersistentVolumeClaim } from "../src/kube/kinds.ts";
import type { Kube } from "../src/kube/kube.ts";
import { waitFor, waitForGone } from "../src/kube/wait-for.ts";
import { benchNamespace } from "./hosted.ts";
import { Writer } from "./writer.ts";

const group = "recovery.roost.dev/v1alpha1";
const operatorNamespace = "hypershift";
const own = "roost-bench";
const within = { namespace: benchNamespace, timeoutMs: 1_200_000 };

/** A volume that backups go to for this measurement. */
export async function makeLocation(kube: Kube): Promise<string> {
  await kube.apply<PersistentVolumeClaim>({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: own, namespace: operatorNamespace },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } },
  });
  const spec = { volume: { claimName: own } };
  await kube.apply<BackupLocation>({ apiVersion: group, kind: "BackupLocation", metadata: { name: own }, spec });
  return own;
}

/** Deletes every backup of this measurement from where it lies, and the volume where one was made. */
export async function removeBackups(kube: Kube): Promise<void> {
  const backups = await kube.list(Backup, { namespace: benchNamespace });
  for (const { metadata } of backups) await kube.delete(Backup, metadata?.name ?? "", benchNamespace);
  for (const { metadata } of backups) await waitForGone(kube, Backup, metadata?.name ?? "", within);
  await kube.delete(BackupLocation, own);
  await kube.delete(PersistentVolumeClaim, own, operatorNamespace);
}

/** Makes a backup, and tells how long that took and how much it holds. */
export async function backUp(kube: Kube, cluster: string, location: string, name: string) {
  const began = performance.now();
  await kube.create<Backup>({
    apiVersion: group,
    kind: "Backup",
    metadata: { name, namespace: benchNamespace },
    spec: { clusterName: cluster, locationName: location },
  });
  const done = await waitFor(kube, Backup, name, isOver, within);
  const seconds = (performance.now() - began) / 1000;
  refuseFailure(`backup ${name}`, done);
  return { seconds, megabytes: (done.status?.bytes ?? 0) / 1e6 };
}

/** What a restore in place took, in seconds. */
export interface TimedRestore {
  /** From when it was asked for until the API took the first write again. */
  servingSeconds: number;
  /** From the last write that was acknowledged before to the first one after. */
  gapSeconds: number;
  /** From when it was asked for until every check had passed. */
  provenSeconds: number;
  /** Of the writes that were acknowledged, those of so many seconds are gone. */
  lossSeconds: number;
  /** By operation. */
  operations: Record<string, number>;
}

/** Makes a backup and restores it in place, while somebody writes. */
export async function backUpAndRestore(
  kube: Kube,
  { cluster, kubeconfig, location, name }: { cluster: string; kubeconfig: string; location: string; name: string },
) {
  const writer = new Writer(kubeconfig);
  try {
    const backup = await backUp(kube, cluster, location, name);
    const began = performance.now();
    await kube.create<Restore>({
      apiVersion: group,
      kind: "Restore",
      metadata: { name, namespace: benchNamespace },
      spec: { clusterName: cluster, from: { backupName: name } },
    });
    await waitFor(kube, Restore, name, (restore) => isStopped(restore) || isOver(restore), within);
    writer.turn();
    const done = await waitFor(kube, Restore, name, isOver, within);
    const provenSeconds = (performance.now() - began) / 1000;
    refuseFailure(`restore ${name}`, done);
    const { servedAt, ...found } = await writer.end();
    const operations = secondsOf(done.status?.operations ?? []);
    const restore: TimedRestore = { ...found, servingSeconds: (servedAt - began) / 1000, provenSeconds, operations };
    return { backup, restore };
  } finally {
    await writer.stop();
  }
}

/** How long each operation of a plan took. */
export function secondsOf(
  operations: readonly { name: string; startedAt?: string; completedAt?: string }[],
): Record<string, number> {
  return Object.fromEntries(
    operations.flatMap(({ name, startedAt, completedAt }) =>
      startedAt && completedAt ? [[name, (Date.parse(completedAt) - Date.parse(startedAt)) / 1000]] : [],
    ),
  );
}

const isStopped = ({ status }: Restore) =>
  status?.operations?.some(({ name, state }) => name === "stop" && state === "Done") ?? false;

const succeeded = ({ status }: Backup | Restore) => findCondition(status?.conditions, "Succeeded");

const isOver = (object: Backup | Restore) => ["True", "False"].includes(succeeded(object)?.status ?? "");

function refuseFailure(what: string, object: Backup | Restore): void {
  const { status, message } = succeeded(object) ?? {};
  if (status !== "True") throw new Error(`The ${what} failed: ${message}`);
}
