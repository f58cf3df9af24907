import { randomBytes } from "node:crypto";
import { drillNamespace } from "../../src/api/drill-namespace.ts";
import { Backup, BackupLocation, Drill, HostedControlPlane } from "../../src/api/index.ts";
import { findCondition } from "../../src/kube/conditions.ts";
import type { Kind } from "../../src/kube/kind.ts";
import {
  ConfigMap,
  Deployment,
  Job,
  Namespace,
  NetworkPolicy,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  Role,
  Secret,
  Service,
  StatefulSet,
} from "../../src/kube/kinds.ts";
import type { Kube } from "../../src/kube/kube.ts";
import type { Resource } from "../../src/kube/resource.ts";
import { waitFor } from "../../src/kube/wait-for.ts";
import { type DrillOperationName, drillPlan } from "../../src/recovery/drill/drill-plan.ts";
import { readDrillSituation } from "../../src/recovery/drill/read-drill-situation.ts";
import { Probe } from "../../tools/probe.ts";
import { tryAndRemove } from "../../tools/try-and-remove.ts";
import { deathsOf } from "../deaths-of.ts";
import { connect, demoKubeconfig, managementKubeconfig } from "../environment.ts";
import { eventually } from "../eventually.ts";
import { attempt, hcp, run } from "../shell.ts";
import type { LongTest, LongTestContext, Observed } from "./long-test.ts";

const namespace = "clusters";
const live = "clusters-demo";
const operatorNamespace = "hypershift";
const name = "long-drill";
const timeoutMs = 15 * 60_000;
/** More than a drill adds to the revision of what it restores by a thousandth, and far more than a minute of a cluster's own writes. */
const mostRevisions = 1_000_000;

interface Clients {
  management: Kube;
  guest: Kube;
  context: LongTestContext;
}

/** Drills of the cluster demo, which is not to notice any of them. */
const test: LongTest = {
  title: "a backup is proved in a control plane that is thrown away, and the live cluster is not touched",
  async run(context) {
    const management = await connect(managementKubeconfig);
    const guest = await connect(demoKubeconfig);
    const clients = { management, guest, context };
    const claimName = `${name}-${randomBytes(3).toString("hex")}`;
    try {
      return await tryAndRemove(
        "drills",
        async () => {
          await makeBackup(management, claimName);
          const before = await livingFacts(clients);
          const rows = [await undisturbed(clients), ...(await fence(clients))];
          for (const step of await steps(management)) rows.push(await operatorDies(clients, step));
          rows.push(await jobDies(clients), await deleted(clients));
          rows.push(observed("nothing is left of any of them", await leftBehind(management)));
          return [...rows, observed("the live cluster is as it was", differences(before, await livingFacts(clients)))];
        },
        () => removeAll(management, claimName),
      );
    } finally {
      management.close();
      guest.close();
    }
  },
};
export default test;

const observed = (fault: string, problems: string[]): Observed => ({
  fault,
  ...(problems.length > 0 && { failure: problems.join("; ").slice(0, 1000) }),
});

async function makeBackup(management: Kube, claimName: string): Promise<void> {
  await management.apply<PersistentVolumeClaim>({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: claimName, namespace: operatorNamespace },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  });
  await hcp("create", "backup-location", "--name", name, "--volume-claim", claimName);
  await hcp("create", "backup", "--cluster", "demo", "--location", name, "--name", name, "--wait");
}

async function removeAll(management: Kube, claimName: string): Promise<void> {
  for (const { metadata } of await management.list(Drill, { namespace })) {
    await management.delete(Drill, metadata?.name ?? "", namespace);
  }
  await eventually("no drill is left", 300, async () => (await management.list(Drill, { namespace })).length === 0);
  await attempt("./hcp", ["destroy", "backup", name, "-n", namespace, "--timeout", "2m"]);
  await management.delete(Backup, name, namespace);
  await management.delete(BackupLocation, name);
  await management.delete(PersistentVolumeClaim, claimName, operatorNamespace);
}

/** A drill by its command, under requests to the live cluster. */
async function undisturbed({ guest, context: { say, signal } }: Clients): Promise<Observed> {
  const stop = new AbortController();
  const probe = new Probe("the live cluster's API", async () => {
    const data = { at: new Date().toISOString() };
    await guest.apply<ConfigMap>({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: "default" },
      data,
    });
  });
  const probing = probe.run(AbortSignal.any([signal, stop.signal]));
  const { status, stdout, stderr } = await attempt("./hcp", [
    "drill",
    "--cluster",
    "demo",
    "--from",
    name,
    "--wait",
    "-o",
    "json",
  ]);
  stop.abort();
  await probing;
  await guest.delete(ConfigMap, name, "default");
  const row = probe.observed("while its backup was drilled");
  if (status !== 0) return { ...row, failure: stderr.trim() };
  const { rtoSeconds, rpoSeconds, operations } = JSON.parse(stdout) as NonNullable<Drill["status"]>;
  const each = operations?.map(({ name, startedAt = "", completedAt = "" }) => {
    return `${name} ${((Date.parse(completedAt) - Date.parse(startedAt)) / 1000).toFixed(1)}`;
  });
  say(`RTO ${rtoSeconds} s, RPO ${rpoSeconds} s; ${each?.join(", ")}`);
  return { ...row, fault: `${row.fault} (RTO ${rtoSeconds} s)` };
}

async function ask(management: Kube): Promise<Drill> {
  return management.create<Drill>({
    apiVersion: Drill.apiVersion,
    kind: Drill.kind,
    metadata: { generateName: `${name}-`, namespace },
    spec: { clusterName: "demo", from: { backupName: name } },
  });
}

const nameOf = ({ metadata }: Resource) => metadata?.name ?? "";
const runs = (step: string) => (drill: Drill) =>
  drill.status?.operations?.find((each) => each.name === step)?.state === "Running";

const reached = (management: Kube, drill: Drill, step: string, signal: AbortSignal) =>
  waitFor(management, Drill, nameOf(drill), runs(step), { namespace, timeoutMs, signal, what: `come to ${step}` });

async function proved(management: Kube, drill: Drill, signal: AbortSignal): Promise<string[]> {
  const isOver = ({ status }: Drill) => status?.completedAt !== undefined;
  const { status } = await waitFor(management, Drill, nameOf(drill), isOver, { namespace, timeoutMs, signal });
  const found = findCondition(status?.conditions, "Succeeded");
  return found?.status === "True" ? [] : [found?.message ?? "it says nothing"];
}

/** What the pods of a drill reach, and who reaches them, while all of it runs. */
async function fence({ management, context: { say, signal } }: Clients): Promise<Observed[]> {
  const drill = await ask(management);
  await reached(management, drill, "prove", signal);
  const plane = drillNamespace(drill);
  const tries = (from: string, pod: string, container: string, host: string, port: number) =>
    attempt("kubectl", [
      ...["--kubeconfig", managementKubeconfig, "exec", "-n", from, pod, "-c", container, "--"],
      ...["sh", "-c", `nc -w 3 ${host} ${port} < /dev/null`],
    ]).then(({ status }) => status === 0);
  const { host, port } = (await management.get(HostedControlPlane, "demo", live))?.status?.controlPlaneEndpoint ?? {
    host: "",
    port: 0,
  };
  const own = await tries(plane, "etcd-0", "etcd", `etcd-client.${plane}.svc`, 2379);
  const wrong: string[] = own ? [] : ["its etcd does not reach itself, so that the rest proves nothing"];
  const forbidden: [string, string, number][] = [
    ["the live etcd", `etcd-client.${live}.svc`, 2379],
    ["the live API server", `kube-apiserver.${live}.svc`, 6443],
    ["the live API's public address", host, port],
    ["the registry", "registry.roost.test", 5000],
  ];
  for (const [what, to, at] of forbidden) {
    if (await tries(plane, "etcd-0", "etcd", to, at)) wrong.push(`a drill's pod reaches ${what}`);
  }
  for (const [what, at] of Object.entries({ "etcd-client": 2379, "kube-apiserver": 6443 })) {
    if (await tries(live, "etcd-0", "etcd", `${what}.${plane}.svc`, at))
      wrong.push(`a pod of the live cluster reaches its ${what}`);
  }
  const services = await management.list(Service, { namespace: plane });
  const open = services.filter(({ spec }) => spec?.type !== "ClusterIP").map(nameOf);
  if (open.length > 0) wrong.push(`these Services are published: ${open.join(", ")}`);
  const problems = await proved(management, drill, signal);
  say(`fenced in: ${[...wrong, ...problems].join("; ") || "yes"}`);
  return [observed("its pods reach nothing outside, and nobody outside reaches them", [...wrong, ...problems])];
}

/** The operations of a drill, as they are planned. */
async function steps(management: Kube): Promise<DrillOperationName[]> {
  const asked: Drill = { metadata: { namespace }, spec: { clusterName: "demo", from: { backupName: name } } };
  const plan = drillPlan(asked, await readDrillSituation(management, asked));
  return "operations" in plan ? plan.operations.map((each) => each.name) : [];
}

async function operatorDies({ management, context: { say, signal } }: Clients, step: string): Promise<Observed> {
  const drill = await ask(management);
  await reached(management, drill, step, signal);
  const began = performance.now();
  await deathsOf(live)["the operator"]?.(management);
  const problems = await proved(management, drill, signal);
  const row = observed(`the operator dies at the operation ${step}`, problems);
  say(row.failure ?? `passed: ${row.fault}`);
  return { ...row, healedInMs: performance.now() - began };
}

async function jobDies({ management, context: { signal } }: Clients): Promise<Observed> {
  const drill = await ask(management);
  await reached(management, drill, "restore-etcd", signal);
  const began = performance.now();
  const labels = { "batch.kubernetes.io/job-name": drillNamespace(drill) };
  for (const pod of await management.list(Pod, { namespace: operatorNamespace, labels })) {
    await management.delete(Pod, nameOf(pod), operatorNamespace, { gracePeriodSeconds: 0 });
  }
  const row = observed("the pod that serves the snapshot dies", await proved(management, drill, signal));
  return { ...row, healedInMs: performance.now() - began };
}

async function deleted({ management, context: { signal } }: Clients): Promise<Observed> {
  const drill = await ask(management);
  await reached(management, drill, "start", signal);
  const began = performance.now();
  await management.delete(Drill, nameOf(drill), namespace);
  await eventually(
    "the deleted drill is gone",
    300,
    async () => !(await management.get(Drill, nameOf(drill), namespace)),
  );
  const row = observed("the Drill is deleted while its control plane starts", await leftBehind(management));
  return { ...row, healedInMs: performance.now() - began };
}

/** What bears a drill's name. */
async function leftBehind(management: Kube): Promise<string[]> {
  const found = async () => {
    const inOperators = [Job, Secret, Service, Pod] as Kind[];
    const all = await Promise.all([
      management.list<Resource>(Namespace),
      ...inOperators.map((kind) => management.list(kind, { namespace: operatorNamespace })),
    ]);
    const volumes = (await management.list(PersistentVolume)).filter(({ spec }) =>
      spec?.claimRef?.namespace?.startsWith("drill-"),
    );
    return [...all.flat().filter((each) => nameOf(each).startsWith("drill-")), ...volumes].map(
      (each) => `${each.kind ?? ""} ${nameOf(each)}`,
    );
  };
  // Pods and volumes are taken away by others, after what they belong to.
  await eventually("nothing is left", 120, async () => (await found()).length === 0).catch(() => {});
  return (await found()).map((each) => `left behind: ${each}`);
}

/** What is known of the live cluster, by what it is about. */
async function livingFacts({ management, guest }: Clients): Promise<Record<string, unknown>> {
  const facts: Record<string, unknown> = {};
  const [status] = JSON.parse(await etcdctl("endpoint", "status", "-w", "json"));
  const { header, raftTerm } = status.Status;
  facts.etcd = { cluster: header.cluster_id, member: header.member_id, term: raftTerm };
  facts.revision = header.revision;
  for (const kind of [Service, Role, NetworkPolicy] as Kind[]) {
    for (const { metadata, ...rest } of await management.list<Resource>(kind, { namespace: live })) {
      facts[`${kind.kind} ${metadata?.name}`] = { uid: metadata?.uid, annotations: metadata?.annotations, ...rest };
    }
  }
  for (const kind of [Secret, ConfigMap]) {
    for (const { metadata, data } of await management.list<Secret>(kind as Kind<Secret>, { namespace: live })) {
      // How far etcd has come is written down every few minutes.
      const { etcdRevision: _, ...kept } = data ?? {};
      facts[`${kind.kind} ${metadata?.name}`] = { uid: metadata?.uid, kept };
    }
  }
  for (const kind of [Deployment, StatefulSet, HostedControlPlane] as Kind[]) {
    for (const { metadata } of await management.list(kind, { namespace: live })) {
      facts[`${kind.kind} ${metadata?.name}`] = [metadata?.uid, metadata?.generation];
    }
  }
  for (const { metadata, status } of await management.list(Pod, { namespace: live })) {
    const restarts = status?.containerStatuses?.map(({ restartCount }) => restartCount);
    facts[`Pod ${metadata?.name}`] = [metadata?.uid, restarts];
  }
  const published = (await management.list(Service)).filter(({ spec }) => spec?.type !== "ClusterIP");
  facts["published Services"] = published.map((each) => `${each.metadata?.namespace}/${nameOf(each)}`).sort();
  for (const node of await guest.list(Node))
    facts[`Node ${nameOf(node)}`] = [node.metadata?.uid, node.status?.nodeInfo?.bootID];
  for (const { metadata } of await guest.list(Secret))
    facts[`inside: Secret ${metadata?.namespace}/${metadata?.name}`] = metadata?.uid;
  const { host } = (await management.get(HostedControlPlane, "demo", live))?.status?.controlPlaneEndpoint ?? {};
  facts[`the name ${host}`] = (
    await attempt("./hcp", ["local", "shell", "mgmt", "--", "getent", "ahosts", host ?? ""])
  ).stdout;
  return facts;
}

function differences(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  const grown = Number(after.revision) - Number(before.revision);
  const revision =
    grown < 0 || grown > mostRevisions ? [`etcd's revision went from ${before.revision} to ${after.revision}`] : [];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((each) => each !== "revision");
  const changed = names.filter((each) => JSON.stringify(before[each]) !== JSON.stringify(after[each]));
  return [...revision, ...changed.map((each) => `${each} is another one`)];
}

function etcdctl(...words: string[]): Promise<string> {
  const tls = "/etc/etcd/tls";
  const access = ["--endpoints=localhost:2379", `--cacert=${tls}/etcd-ca/ca.crt`];
  access.push(`--cert=${tls}/client/etcd-client.crt`, `--key=${tls}/client/etcd-client.key`);
  const exec = ["--kubeconfig", managementKubeconfig, "exec", "-n", live, "-c", "etcd", "etcd-0", "--"];
  return run("kubectl", [...exec, "etcdctl", ...access, ...words]);
}
