import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, statfs, writeFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { approvalAnnotation } from "../api/agent.ts";
import { hostConsent } from "../api/host-consent.ts";
import { HostedCluster, InfraEnv, NodePool } from "../api/index.ts";
import { createKube } from "../kube/create-kube.ts";
import { Deployment, type Namespace, Node } from "../kube/kinds.ts";
import type { Kube } from "../kube/kube.ts";
import { sentenceOf } from "../kube/log.ts";
import { waitFor } from "../kube/wait-for.ts";
import { defaultName, type Environment } from "../local/environment.ts";
import { installPackages } from "../local/install-packages.ts";
import { buildRequirements, localRequirements } from "../local/requirements.ts";
import { takenFrom } from "../local/taken-from.ts";
import { up } from "../local/up.ts";
import { releaseRequirements } from "../release/requirements.ts";
import { flag } from "./arg.ts";
import { type Command, command, type Run } from "./command.ts";
import createAgentCluster from "./create/cluster/agent.ts";
import createKubeconfig from "./create/kubeconfig.ts";
import install from "./install.ts";
import localDown from "./local/down.ts";
import { environmentArgs, environmentOptions } from "./local/environment-args.ts";
import addHost from "./local/host/add.ts";
import { parse } from "./parse.ts";
import type { Progress } from "./progress.ts";
import { type MachineFacts, machineProblems } from "./quickstart/machine-problems.ts";
import { helloDeployment, helloService, visitorPod } from "./quickstart/workload.ts";
import { cacheFolder } from "./release/cache-folder.ts";
import { releaseOrigin, releaseOriginArgs } from "./release/release-origin-args.ts";
import { type Until, until } from "./until.ts";

const execute = promisify(execFile);

const name = "demo";
const namespace = "clusters";
const hosts = "hosts";
const workers = 2;
/** Longer than any step takes on a slow machine that does nothing wrong. */
const patienceMs = 15 * 60_000;

export default command({
  summary: "From nothing to pods on a hosted cluster, on this machine",
  description: `
Installs the Debian packages that are missing, compiles Kubernetes (once), makes a management cluster and two bare-metal
hosts out of containers, installs the operator, creates the hosted cluster "demo" and runs pods in it. What is there
already stays, so it can be interrupted and run again. With --release nothing is compiled: programs, images and the
release come from a registry that \`hcp release push\` pushed to.`,
  examples: [
    "quickstart",
    "quickstart --release registry.example.com/roost/release:1.34.4 --pull-secret pull.json",
    "quickstart --down",
  ],
  args: {
    down: flag("Remove all of it; what was compiled stays in the cache"),
    ...environmentArgs,
    ...releaseOriginArgs,
  },
  async run(run) {
    const { args, out } = run;
    const environment = ["--environment", args.environment];
    if (args.down) return await other(run, localDown, environment);
    const options = { ...environmentOptions(args, run.facts), now: run.facts.now };
    const from = await releaseOrigin(args, run.facts);
    const builds = args.build || (!from && !(await takenFrom(options)));
    await out.step("Machine", (progress) => checkMachine(run, builds, progress));
    await out.step("Debian packages", (progress) => ensurePackages(run, builds, progress));
    const local = await up({ ...options, from, build: args.build, steps: out, signal: run.signal });
    const management = await createKube({ path: local.kubeconfig, fieldManager: "hcp", userAgent: "hcp" });
    const within: Within = { ...run, kube: async () => management, management, environment: local.environment };
    try {
      await other(within, install, ["--release-image", local.release.image, "--wait"]);
      await ensureHosts(within);
      await ensureCluster(within, local.services.baseDomain);
      await waitForNodes(within);
      const kubeconfig = await writeKubeconfig(within);
      await useCluster(within, kubeconfig, local.release.images.cli ?? "", local.programs.kubernetes);
      await report(within, kubeconfig, local.kubeconfig);
    } finally {
      management.close();
    }
  },
});

// biome-ignore lint/suspicious/noExplicitAny: the arguments of this command are no concern of its parts
type Any = Run<any>;
type Within = Any & { management: Kube; environment: Environment };

/** Does what the user would get by typing that command. */
async function other(run: Any, wanted: Command, words: string[]): Promise<void> {
  await wanted.run({ ...run, args: parse(wanted, words, run.facts) });
}

async function checkMachine({ facts }: Any, builds: boolean, progress: Progress): Promise<void> {
  const cache = cacheFolder(facts);
  await mkdir(cache, { recursive: true });
  const disk = await statfs(cache);
  const machine: MachineFacts = {
    platform: process.platform,
    architecture: process.arch,
    osRelease: readText("/etc/os-release"),
    userId: process.getuid?.() ?? -1,
    memory: totalmem(),
    freeDisk: disk.bavail * disk.bsize,
    builds,
    goVersion: await execute("go", ["version"]).then(
      ({ stdout }) => stdout.trim(),
      () => undefined,
    ),
  };
  const problems = machineProblems(machine);
  if (problems.length > 0) throw new Error(problems.join(". "));
  const go = builds ? `${machine.goVersion?.split(" ")[2]}, ` : "";
  progress.result(`Debian 12, ${go}cache in ${cache}`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

async function ensurePackages({ out, signal }: Any, builds: boolean, progress: Progress): Promise<void> {
  const wanted = Object.keys(localRequirements);
  if (builds) wanted.push(...Object.keys(buildRequirements), ...releaseRequirements);
  const installed = await installPackages(wanted, {
    onMissing: (names) => out.note(`These Debian packages will be installed: ${names.join(", ")}`),
    signal,
  });
  progress.result(installed.length > 0 ? `${installed.length} installed` : "all there");
}

/** Two bare-metal hosts that registered with the operator and are approved. */
async function ensureHosts(run: Within): Promise<void> {
  const { management } = run;
  await management.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: hosts } });
  await management.apply<InfraEnv>({
    apiVersion: InfraEnv.apiVersion,
    kind: InfraEnv.kind,
    // Hosts that are given back are used again without anybody approving them anew, so that pools can be updated.
    metadata: { name: hosts, namespace: hosts, annotations: { [approvalAnnotation]: "keep" } },
    spec: {},
  });
  const names = Array.from({ length: workers }, (_, index) => `host-${index + 1}`);
  const words = [...names, "--infra-env", `${hosts}/${hosts}`, "--approve", "--environment", run.environment.name];
  await other(run, addHost, words);
}

async function ensureCluster(run: Within, baseDomain: string): Promise<void> {
  const { management, out } = run;
  // Also where the cluster was made before a consent was asked for.
  for (const each of hostConsent({ namespace: hosts, controlPlane: `${namespace}-${name}` }))
    await management.apply(each);
  if (!(await management.get(HostedCluster, name, namespace))) {
    const pullSecret = join(run.environment.state, "pull-secret.json");
    // The local registry wants no login.
    await writeFile(pullSecret, '{"auths":{}}\n', { mode: 0o600 });
    const words = ["--name", name, "--namespace", namespace, "--agent-namespace", hosts];
    words.push("--base-domain", baseDomain, "--external-dns-domain", baseDomain, "--pull-secret", pullSecret);
    words.push("--additional-trust-bundle", join(run.environment.state, "ca.crt"));
    words.push("--node-pool-replicas", String(workers), "--node-upgrade-type", "Replace");
    await other(run, createAgentCluster, words);
  }
  await out.step(`Control plane of ${name}`, (progress) =>
    waitFor(
      management,
      HostedCluster,
      name,
      (cluster) => {
        progress.update(conditionOf(cluster, "Available")?.message ?? "starting");
        return conditionOf(cluster, "Available")?.status === "True";
      },
      { namespace, timeoutMs: patienceMs, signal: run.signal, what: "be available" },
    ),
  );
}

async function waitForNodes({ management, out, signal }: Within): Promise<void> {
  await out.step(`${workers} workers`, async (progress) => {
    await waitFor(
      management,
      NodePool,
      name,
      (pool) => {
        const waiting = conditionOf(pool, "AllMachinesReady") ?? conditionOf(pool, "Ready");
        progress.update(`${pool.status?.replicas ?? 0} of ${workers} ready; ${waiting?.message ?? "starting"}`);
        return pool.status?.replicas === workers && conditionOf(pool, "AllNodesHealthy")?.status === "True";
      },
      { namespace, timeoutMs: patienceMs, signal, what: "have all its nodes" },
    );
  });
}

/** Writes the administrator's kubeconfig of the new cluster, and gives the file's path. */
async function writeKubeconfig(run: Within): Promise<string> {
  const parts: string[] = [];
  const out = { ...run.out, note: () => {}, raw: (part: string) => void parts.push(part) };
  await other({ ...run, out }, createKubeconfig, ["--name", name, "--namespace", namespace]);
  const path = join(run.environment.state, `${name}.kubeconfig`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, parts.join(""), { mode: 0o600 });
  return path;
}

/** Runs pods on both workers and reaches them in every way that matters: Service, DNS, log, exec. */
async function useCluster({ out, signal }: Within, kubeconfig: string, image: string, programs: string): Promise<void> {
  const kube = await createKube({ path: kubeconfig, fieldManager: "quickstart", userAgent: "hcp" });
  const kubectl = async (...words: string[]) => {
    const options = { signal, timeout: 60_000 };
    return (await execute(join(programs, "kubectl"), ["--kubeconfig", kubeconfig, ...words], options)).stdout.trim();
  };
  try {
    await out.step("Pods on both workers", async (progress) => {
      await Promise.all([
        kube.apply(helloDeployment(image)),
        kube.apply(helloService()),
        kube.apply(visitorPod(image)),
      ]);
      await waitFor(kube, Deployment, "hello", ({ status }) => status?.readyReplicas === 2, {
        namespace: "default",
        timeoutMs: patienceMs,
        signal,
        what: "have two ready pods",
      });
      await kubectl("wait", "--for=condition=Ready", "pod/visitor", "--timeout=60s");
      progress.result("hello, 2 of 2 ready");
    });
    await out.step("Service by its DNS name, from a pod (exec through the control plane)", async (progress) => {
      const ask = () => kubectl("exec", "visitor", "--", "wget", "-qO-", "http://hello.default.svc.cluster.local");
      progress.result(
        await patiently(ask, { what: "an answer of the Service hello", signal, onWait: progress.update }),
      );
    });
    await out.step("A pod's log, through the control plane", async (progress) => {
      const ask = () => kubectl("logs", "deployment/hello", "--tail=1");
      const log = await patiently(ask, { what: "the log of hello", signal, onWait: progress.update });
      if (!log.startsWith("serving on ")) throw new Error(`The log of hello holds "${log}" in place of its greeting`);
      progress.result(log);
    });
  } finally {
    kube.close();
  }
}

/** Where it fails it is asked again for a minute: DNS and connections move while a new release rolls out. */
async function patiently(
  ask: () => Promise<string>,
  options: Pick<Until, "what" | "signal" | "onWait">,
): Promise<string> {
  let answer = "";
  const attempt = async () => {
    try {
      answer = await ask();
      return true;
    } catch (error) {
      return sentenceOf(error);
    }
  };
  await until(attempt, { ...options, timeout: "60s", everyMs: 1_000 });
  return answer;
}

async function report(
  { management, environment, facts, out }: Within,
  kubeconfig: string,
  managementKubeconfig: string,
): Promise<void> {
  const cluster = await management.get(HostedCluster, name, namespace);
  const endpoint = cluster?.status?.controlPlaneEndpoint;
  const guest = await createKube({ path: kubeconfig });
  const nodes = await guest.list(Node);
  guest.close();
  out.line();
  out.table(
    ["Hosted cluster", `${namespace}/${name}`],
    [
      ["API", `https://${endpoint?.host}:${endpoint?.port}`],
      ["Version", cluster?.status?.version?.history?.[0]?.version ?? ""],
      ["Nodes", nodes.map(({ metadata }) => metadata?.name).join(", ")],
      ["Kubeconfig", kubeconfig],
      ["Management cluster", managementKubeconfig],
    ],
  );
  out.line();
  out.line("Try next:");
  const named = environment.name !== defaultName;
  const hcp = named ? `./hcp --kubeconfig ${managementKubeconfig}` : "./hcp";
  const pullSecret = join(relative(facts.root, environment.state), "pull-secret.json");
  for (const line of [
    `kubectl --kubeconfig ${kubeconfig} get nodes,pods -A`,
    `${hcp} get clusters`,
    `${hcp} get nodepools -n ${namespace}`,
    `${hcp} create cluster none --name second --pull-secret ${pullSecret} --wait`,
    `npm run quickstart -- --down${named ? ` --environment ${environment.name}` : ""}`,
  ]) {
    out.line(`  ${line}`);
  }
}

interface WithConditions {
  status?: { conditions?: { type: string; status: string; message?: string }[] };
}

function conditionOf(object: WithConditions, type: string) {
  return object.status?.conditions?.find((condition) => condition.type === type);
}
