// Measures hosted control planes against bare Kubernetes on the local environment, interleaved in one run:
//   npm run bench [-- --json FILE] [--rounds N] [--clusters 1,5,10] [--at-once N] [--window SECONDS] [--settle SECONDS] [--idle SECONDS]
import { parseArgs } from "node:util";
import { createKube } from "../src/kube/create-kube.ts";
import type { Kube } from "../src/kube/kube.ts";
import { pause } from "../src/kube/pause.ts";
import { type BareKubernetes, startBareKubernetes } from "./bare-kubernetes.ts";
import { barePrograms } from "./bare-programs.ts";
import { type CpuTimes, cpuTimes, cpuUsed, processorSeconds } from "./cpu-seconds.ts";
import {
  adminOf,
  benchNamespace,
  createHosted,
  destroyHosted,
  pidsOfNamespace,
  presentImage,
  settled,
  startPod,
} from "./hosted.ts";
import { readLatency } from "./latency.ts";
import { median } from "./median.ts";
import { onEnvironment } from "./on-environment.ts";
import { out } from "./out.ts";
import { type ProcessMemory, pssOf } from "./pss.ts";
import { requestsServed } from "./requests-served.ts";
import { rounded } from "./rounded.ts";
import { row } from "./row.ts";

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    rounds: { type: "string", default: "3" },
    clusters: { type: "string", default: "1,5,10" },
    "at-once": { type: "string", default: "5" },
    window: { type: "string", default: "35" },
    settle: { type: "string", default: "30" },
    idle: { type: "string", default: "60" },
  },
});
const rounds = Number(values.rounds);
const sizes = values.clusters
  .split(",")
  .map(Number)
  .toSorted((a, b) => a - b);
/** From the beginning of a create: how long its requests and its CPU are counted. */
const windowMs = Number(values.window) * 1000;
/** How long processes may settle before their memory is read, and how long idle CPU is watched. */
const settleMs = Number(values.settle) * 1000;
const idleMs = Number(values.idle) * 1000;
const atOnce = Number(values["at-once"]);

const idling = async () => {
  await pause(windowMs);
  return [];
};
const total = (processes: readonly ProcessMemory[]) => processes.reduce((sum, { pss }) => sum + pss, 0);
const sum = (used: Record<string, number>) => Object.values(used).reduce((all, seconds) => all + seconds, 0);

const names = Array.from({ length: Math.max(...sizes) }, (_, index) => `bench-${index}`);

await onEnvironment(measure, values.json);

async function measure(kube: Kube) {
  const programs = await barePrograms();
  const image = await presentImage(kube);

  const bare: number[] = [];
  const pods: number[] = [];
  const hosted: number[] = [];
  const destroyed: number[] = [];
  const creates: Spent[] = [];
  await startPod(kube, image);
  const quiet = await out.step("Requests and CPU without a create", () => spent(kube, idling));
  for (let round = 1; round <= rounds; round++) {
    await out.step(`Round ${round} of ${rounds}: create to ready`, async (progress) => {
      progress.update("bare etcd and kube-apiserver");
      const started = await startBareKubernetes(programs);
      await started.stop();
      bare.push(started.readySeconds);
      progress.update("one pod");
      pods.push(await startPod(kube, image));
      progress.update("hosted control plane");
      const name = `round-${round}`;
      const create = await spent(kube, async () => {
        const [seconds] = await Promise.all([createHosted(kube, name), pause(windowMs)]);
        hosted.push(seconds);
        await settled(kube, name);
        return pidsOfNamespace(kube, `${benchNamespace}-${name}`);
      });
      creates.push(above(quiet, create));
      progress.update("taking it down");
      destroyed.push(await destroyHosted(kube, name));
      progress.result(
        `bare ${bare.at(-1)?.toFixed(1)} s, pod ${pods.at(-1)?.toFixed(1)} s, hosted ${hosted.at(-1)?.toFixed(1)} s, ` +
          `${creates.at(-1)?.requests} requests, ${creates.at(-1)?.cpuSeconds.toFixed(1)} CPU seconds, ` +
          `gone in ${destroyed.at(-1)?.toFixed(1)} s`,
      );
    });
  }

  // It goes on running beside the hosted ones, for their idle CPU and the times of their answers.
  const besides = await startBareKubernetes(programs, { complete: true });
  const rest = await besideBare(kube, besides).finally(besides.stop);

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

  const create = (key: "requests" | "cpuSeconds") => median(creates.map((each) => each[key]));
  const { bareMemory, hostedMemory, idle } = rest;
  const largest = idle.at(-1);
  const bySize = (value: (each: Idle) => number) => Object.fromEntries(idle.map((each) => [each.size, value(each)]));
  const result = {
    ratios: {
      create_to_ready: rounded(median(hosted.map((seconds, i) => seconds / ((bare[i] ?? 0) + (pods[i] ?? 0)))), 2),
      control_plane_memory: rounded(total(hostedMemory) / total(bareMemory), 2),
      same_programs_memory: rounded(total(hostedMemory.filter(isOfBare)) / total(bareMemory), 2),
      idle_cpu: rounded((largest?.hostedPercent ?? 0) / (largest?.barePercent ?? 0), 2),
    },
    counts: { requests_per_create: Math.round(create("requests")) },
    cpu_seconds: { create_above_bare: rounded(create("cpuSeconds") - rest.bareCpuSeconds) },
    seconds: {
      bare: rounded(median(bare), 2),
      pod: rounded(median(pods), 2),
      hosted: rounded(median(hosted), 2),
      // The figure that is kept is that of five.
      ...(atOnce === 5 && { five_at_once: rounded(together, 2) }),
      destroy: rounded(median(destroyed), 2),
    },
    create_cpu_seconds: creates[0]?.byProgram,
    bare_cpu_seconds: rounded(rest.bareCpuSeconds),
    bare_pss_mb: byName(bareMemory),
    hosted_pss_mb: byName(hostedMemory),
    operator_pss_mb: bySize(({ operatorPss }) => operatorPss),
    operator_idle_cpu_percent: bySize(({ operatorPercent }) => operatorPercent),
    idle_cpu_percent: Object.fromEntries(idle.map(({ size, byProgram }) => [size, byProgram])),
    bare_idle_cpu_percent: bySize(({ barePercent }) => barePercent),
    read_p99_ms: Object.fromEntries(idle.map(({ size, readMs }) => [size, readMs])),
  };
  print(result, { bareMemory, hostedMemory, together });
  return result;
}

/** What the machine did meanwhile: requests that the management API answered, and processor time. */
interface Spent {
  requests: number;
  cpuSeconds: number;
  byProgram: Record<string, number>;
  seconds: number;
}

/** What was spent while this was done; the processes that it resolves with are told apart as hosted. */
async function spent(kube: Kube, work: () => Promise<number[]>): Promise<Spent> {
  const requests = await requestsServed(kube);
  const began = performance.now();
  const before = cpuTimes();
  const hosted = new Set(await work());
  const byProgram = cpuUsed(before, othersOnly(cpuTimes()), (pid, name) => (hosted.has(pid) ? `hosted ${name}` : name));
  const seconds = (performance.now() - began) / 1000;
  return { requests: (await requestsServed(kube)) - requests, cpuSeconds: sum(byProgram), byProgram, seconds };
}

/** Without this process, which asks many times a second whether the API answers. */
function othersOnly(times: CpuTimes): CpuTimes {
  return new Map([...times].filter(([pid]) => pid !== process.pid));
}

/** What the create has cost beside what goes on anyhow in the same time. */
function above(quiet: Spent, create: Spent): Spent {
  const share = create.seconds / quiet.seconds;
  const byProgram = Object.fromEntries(
    Object.entries(create.byProgram)
      .map(([name, seconds]) => [name, rounded(seconds - (quiet.byProgram[name] ?? 0) * share)] as const)
      .filter(([, seconds]) => seconds >= 0.1),
  );
  return {
    requests: create.requests - quiet.requests * share,
    cpuSeconds: create.cpuSeconds - quiet.cpuSeconds * share,
    byProgram,
    seconds: create.seconds,
  };
}

/** So many hosted control planes at rest. CPU is in percent of a core. */
interface Idle {
  size: number;
  operatorPss: number;
  operatorPercent: number;
  /** Of one hosted control plane, and of each program in it. */
  hostedPercent: number;
  byProgram: Record<string, number>;
  barePercent: number;
  readMs: { hosted: number; bare: number };
}

async function besideBare(kube: Kube, bare: BareKubernetes) {
  const bareCpuSeconds = await out.step("CPU of a bare control plane at its start", async () => {
    await pause(windowMs);
    return processorSeconds(bare.pids);
  });
  const bareMemory = await out.step("Memory of a bare control plane", async () => {
    await pause(settleMs);
    return pssOf(bare.pids);
  });
  let hostedMemory: ProcessMemory[] = [];
  const idle: Idle[] = [];
  for (const size of sizes) {
    const measured = await out.step(`Idle with ${size} hosted control planes`, async (progress) => {
      const more = names.slice(idle.at(-1)?.size ?? 0, size);
      for (const name of more) {
        progress.update(`creating ${name}`);
        await createHosted(kube, name);
      }
      progress.update("settling");
      await Promise.all(more.map((name) => settled(kube, name)));
      await pause(settleMs);
      progress.update("watching the CPU");
      const found = await atRest(kube, bare, size);
      progress.result(
        `operator ${found.idle.operatorPss} MB; ${found.idle.hostedPercent} % of a core each, bare ${found.idle.barePercent} %`,
      );
      return found;
    });
    if (idle.length === 0) hostedMemory = measured.memory;
    idle.push(measured.idle);
  }
  await out.step("Take them down", async () => {
    await Promise.all(names.map((name) => destroyHosted(kube, name)));
  });
  return { bareCpuSeconds, bareMemory, hostedMemory, idle };
}

/** The first of these control planes in memory, all of them in CPU and answers. */
async function atRest(kube: Kube, bare: BareKubernetes, size: number) {
  const clusters = names.slice(0, size);
  const operator = await operatorPids(kube);
  const hosted = await Promise.all(clusters.map((name) => pidsOfNamespace(kube, `${benchNamespace}-${name}`)));
  const memory = pssOf(hosted[0] ?? []);
  const before = cpuTimes();
  await pause(idleMs);
  const after = cpuTimes();
  const percent = (pids: number[], of = 1) => {
    const only = (times: CpuTimes): CpuTimes => new Map([...times].filter(([pid]) => pids.includes(pid)));
    const used = Object.entries(cpuUsed(only(before), only(after)));
    return Object.fromEntries(used.map(([name, seconds]) => [name, rounded((seconds / of / idleMs) * 100_000, 2)]));
  };
  const byProgram = percent(hosted.flat(), size);
  const idle: Idle = {
    size,
    operatorPss: rounded(total(pssOf(operator))),
    operatorPercent: rounded(sum(percent(operator)), 2),
    hostedPercent: rounded(sum(byProgram), 2),
    byProgram,
    barePercent: rounded(sum(percent(bare.pids)), 2),
    readMs: await answersOf(kube, bare, clusters[0] ?? ""),
  };
  return { memory, idle };
}

/** How long reads take at the 99th percentile, of a hosted API and of the bare one in turn. */
async function answersOf(kube: Kube, bare: BareKubernetes, name: string): Promise<Idle["readMs"]> {
  const apis = [await adminOf(kube, name), await createKube({ kubeconfig: bare.kubeconfig, fieldManager: "bench" })];
  try {
    const [hosted = 0, ofBare = 0] = await readLatency(apis);
    return { hosted: rounded(hosted), bare: rounded(ofBare) };
  } finally {
    for (const api of apis) api.close();
  }
}

function isOfBare({ name }: ProcessMemory): boolean {
  return ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"].includes(name);
}

function print(
  result: Awaited<ReturnType<typeof measure>>,
  { bareMemory, hostedMemory, together }: Record<"bareMemory" | "hostedMemory", ProcessMemory[]> & { together: number },
): void {
  const { ratios, seconds, counts, cpu_seconds } = result;
  const pssOfProgram = (name: string) => result.hosted_pss_mb[name];
  const largest = String(Math.max(...sizes));
  out.table(
    ["measured", "value", "budget", ""],
    [
      row("create to ready / (bare ready + one pod start)", ratios.create_to_ready, "", 1.5),
      row("bare etcd and kube-apiserver ready", seconds.bare, " s"),
      row("one pod start", seconds.pod, " s"),
      row("hosted control plane answers", seconds.hosted, " s", 5),
      row(`${atOnce} hosted control planes at once`, rounded(together, 2), " s", atOnce === 5 ? 15 : undefined),
      row("hosted control plane gone", seconds.destroy, " s", 10),
      row("requests to the management API for a create", counts.requests_per_create, "", 250),
      row("CPU seconds of a create above those of a bare control plane", cpu_seconds.create_above_bare, "", 12),
      ...Object.entries(result.create_cpu_seconds ?? {}).map(([name, used]) => row(`  ${name}`, used, " s")),
      row("a bare control plane in the same time, CPU", result.bare_cpu_seconds, " s"),
      row("memory of a hosted / a bare control plane", ratios.control_plane_memory, "", 1.15),
      row("memory of the four programs that a bare one has, too", ratios.same_programs_memory, "", 1),
      row("bare control plane, PSS", rounded(total(bareMemory)), " MB"),
      row("hosted control plane, PSS", rounded(total(hostedMemory)), " MB"),
      ...Object.entries(result.hosted_pss_mb).map(([name, pss]) => row(`  ${name}`, pss, " MB")),
      row("control-plane-operator, PSS", pssOfProgram("control-plane-operator"), " MB", 45),
      row("ignition-server, PSS", pssOfProgram("ignition-server"), " MB", 25),
      ...sizes.map((size) => row(`operator with ${size} hosted clusters, PSS`, result.operator_pss_mb[size], " MB")),
      row("idle CPU of a hosted / a bare control plane", ratios.idle_cpu, "", 1.5),
      ...Object.entries(result.idle_cpu_percent[largest] ?? {}).map(([name, used]) => row(`  ${name}`, used, " %")),
      row("bare control plane, CPU of a core when nothing changes", result.bare_idle_cpu_percent[largest], " %"),
      row("operator, CPU of a core when nothing changes", result.operator_idle_cpu_percent[largest], " %", 1),
      row("read of a ConfigMap, p99, hosted", result.read_p99_ms[largest]?.hosted, " ms"),
      row("read of a ConfigMap, p99, bare", result.read_p99_ms[largest]?.bare, " ms"),
    ],
  );
}

function byName(processes: readonly ProcessMemory[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { name, pss } of processes) sums[name] = rounded((sums[name] ?? 0) + pss);
  return sums;
}

async function operatorPids(kube: Kube): Promise<number[]> {
  const pids = await pidsOfNamespace(kube, "hypershift");
  return pssOf(pids)
    .filter(({ name }) => name === "hypershift-operator")
    .map(({ pid }) => pid);
}
