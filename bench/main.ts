// Measures hosted control planes against bare Kubernetes on the local environment, interleaved in one run:
//   npm run bench [-- --json FILE] [--rounds N] [--clusters 1,5,10] [--at-once N] [--settle SECONDS] [--idle SECONDS]
import { readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../e2e/shell.ts";
import { createOut } from "../src/cli/out.ts";
import { createKube } from "../src/kube/create-kube.ts";
import { Deployment, Namespace } from "../src/kube/kinds.ts";
import type { Kube } from "../src/kube/kube.ts";
import { pause } from "../src/kube/pause.ts";
import { waitForGone } from "../src/kube/wait-for.ts";
import { ensurePrograms } from "../src/release/payload.ts";
import { type BarePrograms, startBareKubernetes } from "./bare-kubernetes.ts";
import { benchNamespace, createHosted, destroyHosted, pidsOfNamespace, settled, startPod } from "./hosted.ts";
import { type ProcessMemory, processorSeconds, pssOf } from "./pss.ts";

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    rounds: { type: "string", default: "3" },
    clusters: { type: "string", default: "1,5,10" },
    "at-once": { type: "string", default: "5" },
    settle: { type: "string", default: "30" },
    idle: { type: "string", default: "60" },
  },
});
const rounds = Number(values.rounds);
const sizes = values.clusters.split(",").map(Number);
/** How long processes may settle before their memory is read, and how long idle CPU is watched. */
const settleMs = Number(values.settle) * 1000;
const idleMs = Number(values.idle) * 1000;
const atOnce = Number(values["at-once"]);

const out = createOut({ stdout: process.stdout, stderr: process.stderr, now: () => new Date() });
const total = (processes: readonly ProcessMemory[]) => processes.reduce((sum, { pss }) => sum + pss, 0);
const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
const rounded = (number: number, digits = 1) => Number(number.toFixed(digits));

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "roost");
const kube = await createKube({ kubeconfig: readFileSync(join(root, ".roost", "kubeconfig"), "utf8") });
const names = Array.from({ length: Math.max(...sizes) }, (_, index) => `bench-${index}`);

try {
  const result = await measure(kube);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
} catch (error) {
  out.note(`The measurement ended early: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await out.step("Clean up", async () => {
    await kube.delete(Namespace, benchNamespace).catch(() => false);
    await waitForGone(kube, Namespace, benchNamespace, { timeoutMs: 300_000 });
  });
  kube.close();
}

async function measure(kube: Kube) {
  await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: benchNamespace } });
  const programs = await barePrograms();
  const image = await imagePresent(kube);

  const bare: number[] = [];
  const pods: number[] = [];
  const hosted: number[] = [];
  await startPod(kube, image);
  for (let round = 1; round <= rounds; round++) {
    await out.step(`Round ${round} of ${rounds}: create to ready`, async (progress) => {
      progress.update("bare etcd and kube-apiserver");
      const started = await startBareKubernetes(programs, false);
      await started.stop();
      bare.push(started.readySeconds);
      progress.update("one pod");
      pods.push(await startPod(kube, image));
      progress.update("hosted control plane");
      hosted.push(await createHosted(kube, `round-${round}`));
      await settled(kube, `round-${round}`);
      progress.update("taking it down");
      await destroyHosted(kube, `round-${round}`);
      progress.result(
        `bare ${bare.at(-1)?.toFixed(1)} s, pod ${pods.at(-1)?.toFixed(1)} s, hosted ${hosted.at(-1)?.toFixed(1)} s`,
      );
    });
  }

  const bareMemory = await out.step("Memory of a bare control plane", async () => {
    const started = await startBareKubernetes(programs, true);
    await pause(settleMs);
    const processes = pssOf(started.pids);
    await started.stop();
    return processes;
  });

  const operatorPss: Record<string, number> = {};
  const operatorIdle: Record<string, number> = {};
  const controlPlaneOperatorPss: Record<string, number> = {};
  const controlPlaneOperatorIdle: Record<string, number> = {};
  let hostedMemory: ProcessMemory[] = [];
  let running = 0;
  for (const size of sizes) {
    await out.step(`Idle with ${size} hosted control planes`, async (progress) => {
      for (; running < size; running++) {
        progress.update(`creating ${running + 1} of ${size}`);
        await createHosted(kube, names[running] ?? "");
        await settled(kube, names[running] ?? "");
      }
      progress.update("settling");
      await pause(settleMs);
      const operator = await operatorPids(kube);
      const each = await Promise.all(
        names.slice(0, size).map((name) => pidsOfNamespace(kube, `${benchNamespace}-${name}`)),
      );
      const memory = each.map(pssOf);
      if (size === sizes[0]) hostedMemory = memory[0] ?? [];
      const own = memory.flat().filter(({ name }) => name === "control-plane-operator");
      const before = [processorSeconds(operator), processorSeconds(own.map(({ pid }) => pid))];
      progress.update("watching the CPU");
      await pause(idleMs);
      const used = [processorSeconds(operator), processorSeconds(own.map(({ pid }) => pid))];
      const share = (index: number) => (((used[index] ?? 0) - (before[index] ?? 0)) / (idleMs / 1000)) * 100;
      operatorPss[size] = rounded(total(pssOf(operator)));
      operatorIdle[size] = rounded(share(0), 2);
      controlPlaneOperatorPss[size] = rounded(total(own) / own.length);
      controlPlaneOperatorIdle[size] = rounded(share(1) / own.length, 2);
      progress.result(`operator ${operatorPss[size]} MB, ${operatorIdle[size]} % of a core`);
    });
  }
  await out.step("Take them down", async () => {
    await Promise.all(names.slice(0, running).map((name) => destroyHosted(kube, name)));
  });

  const together = await out.step(`${atOnce} created at once`, async (progress) => {
    const many = Array.from({ length: atOnce }, (_, index) => `together-${index}`);
    const began = performance.now();
    await Promise.all(many.map((name) => createHosted(kube, name)));
    const seconds = (performance.now() - began) / 1000;
    progress.update("taking them down");
    await Promise.all(many.map((name) => destroyHosted(kube, name)));
    progress.result(`${seconds.toFixed(1)} s`);
    return seconds;
  });

  const result = {
    ratios: {
      create_to_ready: rounded(median(hosted.map((seconds, i) => seconds / ((bare[i] ?? 0) + (pods[i] ?? 0)))), 2),
      control_plane_memory: rounded(total(hostedMemory) / total(bareMemory), 2),
    },
    seconds: {
      bare: rounded(median(bare), 2),
      pod: rounded(median(pods), 2),
      hosted: rounded(median(hosted), 2),
      // The figure that is kept is that of five.
      ...(atOnce === 5 && { five_at_once: rounded(together, 2) }),
    },
    bare_pss_mb: byName(bareMemory),
    hosted_pss_mb: byName(hostedMemory),
    operator_pss_mb: operatorPss,
    operator_idle_cpu_percent: operatorIdle,
    control_plane_operator_pss_mb: controlPlaneOperatorPss,
    control_plane_operator_idle_cpu_percent: controlPlaneOperatorIdle,
  };
  print(result, { bareMemory, hostedMemory, together });
  return result;
}

function print(
  result: Awaited<ReturnType<typeof measure>>,
  { bareMemory, hostedMemory, together }: Record<"bareMemory" | "hostedMemory", ProcessMemory[]> & { together: number },
): void {
  const { ratios, seconds } = result;
  const pssOfProgram = (name: string) => result.hosted_pss_mb[name];
  const largest = String(Math.max(...sizes));
  const row = (what: string, measured: number | undefined, unit: string, budget?: number): string[] => [
    what,
    measured === undefined ? "-" : `${measured}${unit}`,
    budget === undefined ? "" : `${budget}${unit}`,
    budget === undefined || measured === undefined ? "" : measured <= budget ? "met" : "not met",
  ];
  out.table(
    ["measured", "value", "budget", ""],
    [
      row("create to ready / (bare ready + one pod start)", ratios.create_to_ready, "", 1.5),
      row("memory of a hosted / a bare control plane", ratios.control_plane_memory, "", 1.15),
      row("bare etcd and kube-apiserver ready", seconds.bare, " s"),
      row("one pod start", seconds.pod, " s"),
      row("hosted control plane answers", seconds.hosted, " s"),
      row(`${atOnce} hosted control planes at once`, rounded(together, 2), " s"),
      row("bare control plane, PSS", rounded(total(bareMemory)), " MB"),
      row("hosted control plane, PSS", rounded(total(hostedMemory)), " MB"),
      ...Object.entries(result.hosted_pss_mb).map(([name, pss]) => row(`  ${name}`, pss, " MB")),
      row("control-plane-operator, PSS", pssOfProgram("control-plane-operator"), " MB", 45),
      row("ignition-server, PSS", pssOfProgram("ignition-server"), " MB", 25),
      ...sizes.map((size) => row(`operator with ${size} hosted clusters, PSS`, result.operator_pss_mb[size], " MB")),
      row("operator, CPU of a core when nothing changes", result.operator_idle_cpu_percent[largest], " %", 1),
      row(
        "control-plane-operator, CPU of a core when nothing changes",
        result.control_plane_operator_idle_cpu_percent[largest],
        " %",
      ),
    ],
  );
}

function byName(processes: readonly ProcessMemory[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { name, pss } of processes) sums[name] = rounded((sums[name] ?? 0) + pss);
  return sums;
}

async function barePrograms(): Promise<BarePrograms> {
  const etcd = await ensurePrograms({ root, cache, module: "etcd" });
  const kubernetes = await ensurePrograms({ root, cache, module: "1.34" });
  const of = (name: string) => [name, kubernetes.path(name)] as const;
  return {
    etcd: etcd.path("etcd"),
    ...Object.fromEntries(["kube-apiserver", "kube-controller-manager", "kube-scheduler"].map(of)),
  } as BarePrograms;
}

/** The operator's own image: it is on the node for sure. */
async function imagePresent(kube: Kube): Promise<string> {
  const operator = await kube.get(Deployment, "operator", "hypershift");
  const image = operator?.spec?.template.spec?.containers[0]?.image;
  if (!image) throw new Error("There is no operator in the local environment: run npm run quickstart first");
  return image;
}

async function operatorPids(kube: Kube): Promise<number[]> {
  const pids = await pidsOfNamespace(kube, "hypershift");
  return pssOf(pids)
    .filter(({ name }) => name === "hypershift-operator")
    .map(({ pid }) => pid);
}
