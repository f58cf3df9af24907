// Measures backup and restore of a hosted control plane against etcd's and Kubernetes' own programs on the local
// environment, interleaved in one run:
//   npm run bench -- recovery [--json FILE] [--rounds N] [--sizes 10,200,1000] [--location NAME]
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createKube } from "../src/kube/create-kube.ts";
import type { Kube } from "../src/kube/kube.ts";
import { runProcess } from "../src/release/run-process.ts";
import { type BareKubernetes, startBareKubernetes } from "./bare-kubernetes.ts";
import { type BarePrograms, barePrograms } from "./bare-programs.ts";
import { fill } from "./fill.ts";
import { adminKubeconfig, createHosted, destroyHosted, presentImage, settled, startPod } from "./hosted.ts";
import { backUpAndRestore, makeLocation, removeBackups, type TimedRestore } from "./hosted-recovery.ts";
import { median } from "./median.ts";
import { onEnvironment } from "./on-environment.ts";
import { out } from "./out.ts";
import { rounded } from "./rounded.ts";
import { row } from "./row.ts";

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    rounds: { type: "string", default: "3" },
    // In megabytes.
    sizes: { type: "string", default: "10,200,1000" },
    // A BackupLocation that is there, such as a bucket; a volume is made where none is named.
    location: { type: "string" },
  },
});
const rounds = Number(values.rounds);
const sizes = values.sizes
  .split(",")
  .map(Number)
  .toSorted((a, b) => a - b);
const cluster = "recovery";

await onEnvironment(measure, values.json);

/** What was measured with so many megabytes in etcd. */
interface Measured extends TimedRestore {
  podSeconds: number;
  bareMegabytes: number;
  bareSnapshotSeconds: number;
  /** etcdutl, then etcd and kube-apiserver until they are ready. */
  bareRestoreSeconds: number;
  megabytes: number;
  backupSeconds: number;
}

async function measure(kube: Kube) {
  const programs = await barePrograms();
  const image = await presentImage(kube);
  await startPod(kube, image);
  const folder = await mkdtemp(join(tmpdir(), "roost-bench-recovery-"));
  let bare = await startBareKubernetes(programs);
  const found: { size: number; rounds: Measured[] }[] = [];
  try {
    const location = values.location ?? (await makeLocation(kube));
    await out.step("Create a hosted control plane", async () => {
      await createHosted(kube, cluster);
      await settled(kube, cluster);
    });
    const kubeconfig = await adminKubeconfig(kube, cluster);
    for (const size of sizes) {
      const before = found.at(-1)?.size;
      await out.step(`Fill both with ${size} MB`, async (progress) => {
        for (const [name, config] of Object.entries({ bare: bare.kubeconfig, hosted: kubeconfig })) {
          progress.update(name);
          await fillOne(config, size, before);
        }
      });
      const measured: Measured[] = [];
      found.push({ size, rounds: measured });
      for (let round = 1; round <= rounds; round++) {
        await out.step(`${size} MB, round ${round} of ${rounds}`, async (progress) => {
          progress.update("bare");
          const restored = await restoreBare(programs, bare, join(folder, "snapshot.db"));
          bare = restored.bare;
          progress.update("one pod");
          const podSeconds = await startPod(kube, image);
          progress.update("hosted");
          const name = `${cluster}-${size}-${round}`;
          const { backup, restore } = await backUpAndRestore(kube, { cluster, kubeconfig, location, name });
          measured.push({
            ...restore,
            podSeconds,
            bareMegabytes: restored.megabytes,
            bareSnapshotSeconds: restored.snapshotSeconds,
            bareRestoreSeconds: bare.readySeconds,
            megabytes: backup.megabytes,
            backupSeconds: backup.seconds,
          });
          progress.result(sentenceOf(measured.at(-1) as Measured));
        });
      }
    }
    const result = resultOf(found);
    print(result);
    return result;
  } finally {
    await bare.stop();
    await rm(folder, { recursive: true, force: true });
    await out.step("Take the cluster and its backups away", async () => {
      await removeBackups(kube);
      await destroyHosted(kube, cluster);
    });
  }
}

async function fillOne(kubeconfig: string, size: number, before?: number): Promise<void> {
  const kube = await createKube({ kubeconfig, fieldManager: "bench" });
  await fill(kube, size, before).finally(() => kube.close());
}

/** Takes a snapshot, ends everything, and begins anew with the snapshot. */
async function restoreBare(programs: BarePrograms, running: BareKubernetes, snapshot: string) {
  await rm(snapshot, { force: true });
  const began = performance.now();
  await runProcess(programs.etcdctl, ["snapshot", "save", snapshot, `--endpoints=${running.etcd}`]);
  const snapshotSeconds = (performance.now() - began) / 1000;
  const { size } = await stat(snapshot);
  await running.stop();
  const bare = await startBareKubernetes(programs, { snapshot });
  return { bare, snapshotSeconds, megabytes: size / 1e6 };
}

function sentenceOf(found: Measured): string {
  return (
    `bare ${found.bareSnapshotSeconds.toFixed(1)} and ${found.bareRestoreSeconds.toFixed(1)} s; ` +
    `backup ${found.backupSeconds.toFixed(1)} s, serving after ${found.servingSeconds.toFixed(1)} s, ` +
    `no writes for ${found.gapSeconds.toFixed(1)} s, proven after ${found.provenSeconds.toFixed(1)} s`
  );
}

function resultOf(found: readonly { size: number; rounds: readonly Measured[] }[]) {
  const bySize = (value: (each: Measured) => number, digits = 2) =>
    Object.fromEntries(found.map(({ size, rounds: all }) => [size, rounded(median(all.map(value)), digits)]));
  const operations = (all: readonly Measured[]) =>
    Object.fromEntries(
      Object.keys(all[0]?.operations ?? {}).map((name) => [
        name,
        rounded(median(all.map((each) => each.operations[name] ?? 0))),
      ]),
    );
  return {
    ratios: {
      restore: bySize((each) => each.servingSeconds / each.bareRestoreSeconds),
      outage: bySize((each) => each.gapSeconds / each.bareRestoreSeconds),
      backup: bySize((each) => each.backupSeconds / (each.bareSnapshotSeconds + each.podSeconds)),
    },
    seconds: {
      pod: bySize((each) => each.podSeconds),
      bare_snapshot: bySize((each) => each.bareSnapshotSeconds),
      bare_restore: bySize((each) => each.bareRestoreSeconds),
      backup: bySize((each) => each.backupSeconds),
      restore_to_serving: bySize((each) => each.servingSeconds),
      write_gap: bySize((each) => each.gapSeconds),
      restore_to_proven: bySize((each) => each.provenSeconds),
    },
    operation_seconds: Object.fromEntries(found.map(({ size, rounds: all }) => [size, operations(all)])),
    snapshot_mb: {
      bare: bySize((each) => each.bareMegabytes, 0),
      hosted: bySize((each) => each.megabytes, 0),
    },
    rpo_seconds: { fresh_backup: bySize((each) => each.lossSeconds) },
  };
}

function print({ ratios, seconds, operation_seconds, snapshot_mb, rpo_seconds }: ReturnType<typeof resultOf>): void {
  out.table(
    ["measured", "value", "budget", ""],
    sizes
      .map(String)
      .flatMap((size) => [
        row(`${size} MB: restore until the API serves / the same with bare programs`, ratios.restore[size], "", 1.5),
        row("  without writes / the same", ratios.outage[size], ""),
        row("  bare: etcdutl, etcd and kube-apiserver ready", seconds.bare_restore[size], " s"),
        row("  the API serves again", seconds.restore_to_serving[size], " s"),
        row("  without writes", seconds.write_gap[size], " s"),
        row("  every check has passed", seconds.restore_to_proven[size], " s"),
        ...Object.entries(operation_seconds[size] ?? {}).map(([name, each]) => row(`    ${name}`, each, " s")),
        row("  backup / (bare snapshot + one pod start)", ratios.backup[size], "", 1.5),
        row("  bare: etcdctl snapshot save", seconds.bare_snapshot[size], " s"),
        row("  one pod start", seconds.pod[size], " s"),
        row("  backup", seconds.backup[size], " s"),
        row("  size of the bare snapshot, and of the backup", snapshot_mb.bare[size], " MB"),
        row("", snapshot_mb.hosted[size], " MB"),
        row("  lost with a backup made just before", rpo_seconds.fresh_backup[size], " s"),
      ]),
  );
}
