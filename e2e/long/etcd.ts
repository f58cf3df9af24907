import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Backup, BackupLocation, HostedCluster } from "../../src/api/index.ts";
import { restoreWhenLostAnnotation } from "../../src/api/restore-when-lost.ts";
import { findCondition } from "../../src/kube/conditions.ts";
import { createKube } from "../../src/kube/create-kube.ts";
import { ConfigMap, Namespace, PersistentVolumeClaim, Pod } from "../../src/kube/kinds.ts";
import type { Kube } from "../../src/kube/kube.ts";
import { pause } from "../../src/kube/pause.ts";
import { waitFor, waitForGone } from "../../src/kube/wait-for.ts";
import { tryAndRemove } from "../../tools/try-and-remove.ts";
import { connect, managementKubeconfig } from "../environment.ts";
import { eventually } from "../eventually.ts";
import { hcp, root, run } from "../shell.ts";
import type { LongTest, LongTestContext, Observed } from "./long-test.ts";

const namespace = "e2e-etcd-faults";
const plane = `${namespace}-broken`;
const target = ["--name", "broken", "-n", namespace];
const members = ["etcd-0", "etcd-1", "etcd-2"];
const mostToHealSeconds = 300;
const mostToTellSeconds = 60;
/** What backups of the cluster are kept on, in the operator's namespace. */
const store = "e2e-etcd-faults";
/** One that went with an earlier run may be there for a while yet. */
const claim = `${store}-${randomBytes(3).toString("hex")}`;
const operatorNamespace = "hypershift";

interface Fault {
  fault: string;
  /** Made before, while writes go on: what is written later may be lost with nothing left. */
  backup?: string;
  /** Breaks etcd. */
  make: (clients: Clients) => Promise<unknown>;
  /** The reason of EtcdAvailable that tells of it; absent where etcd goes on. */
  told?: string;
  /** What somebody has to do about it. */
  mend?: (clients: Clients) => Promise<unknown>;
}

interface Clients {
  management: Kube;
  hosted: Kube;
}

const faults: Fault[] = [
  {
    fault: "the volume of a member that follows is lost",
    make: async (clients) => lose(clients, (await roles(clients)).followers[0]),
  },
  {
    fault: "the volume of the member that leads is lost",
    make: async (clients) => lose(clients, (await roles(clients)).leader),
  },
  {
    fault: "two volumes are lost, the leader's among them",
    told: "EtcdQuorumLost",
    async make(clients) {
      const { leader, followers } = await roles(clients);
      await Promise.all([lose(clients, leader), lose(clients, followers[0])]);
    },
  },
  {
    fault: "the database file of a member is overwritten",
    async make(clients) {
      const [member = ""] = (await roles(clients)).followers;
      const file = "/var/lib/data/member/snap/db";
      await inPod(member, "sh", "-c", `busybox dd if=/dev/urandom of=${file} bs=4096 count=8 conv=notrunc`);
      await clients.management.delete(Pod, member, plane);
    },
  },
  {
    fault: "a member is taken out by hand",
    async make(clients) {
      const { leader, followers } = await roles(clients);
      const [member] = followers;
      const id = (await etcdOf(clients))?.members?.find(({ name }) => name === member)?.id ?? "";
      await etcdctl(leader, "member", "remove", id);
    },
  },
  {
    fault: "the database is full (NOSPACE) of what was overwritten",
    told: "EtcdNoSpace",
    make: ({ hosted }) => fill(hosted),
  },
  {
    fault: "all volumes are lost, and somebody runs the command of the condition",
    backup: "first",
    told: "EtcdVolumeLost",
    make: loseAll,
    mend: runAdvice,
  },
  {
    fault: "nothing is left, and the HostedCluster says restore-when-lost",
    backup: "second",
    told: "EtcdVolumeLost",
    async make(clients) {
      const annotations = { [restoreWhenLostAnnotation]: "true" };
      await clients.management.patch(HostedCluster, "broken", namespace, { metadata: { annotations } });
      await loseAll(clients);
    },
  },
];

/** Breaks a highly available etcd in every way that it gets over, under a writer; with nothing left it needs a backup. */
const test: LongTest = {
  title: "a highly available etcd heals without hands, and loses nothing that it acknowledged while anything is left",
  async run(context) {
    const management = await connect(managementKubeconfig);
    try {
      return await tryAndRemove(
        `namespace ${namespace}`,
        () => tryAll(management, context),
        () => remove(management),
      );
    } finally {
      management.close();
    }
  },
};
export default test;

async function tryAll(management: Kube, context: LongTestContext): Promise<Observed[]> {
  const words = ["--control-plane-availability-policy", "HighlyAvailable"];
  words.push("--annotations", "hypershift.openshift.io/pod-spread=preferred");
  // So small a volume leaves the database 128 MiB.
  words.push("--etcd-storage-size", "640Mi", "--pull-secret", join(root, ".roost", "pull-secret.json"));
  await management.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await management.apply<PersistentVolumeClaim>({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: claim, namespace: operatorNamespace },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  });
  await hcp("create", "backup-location", "--name", store, "--volume-claim", claim);
  await hcp("create", "cluster", "none", ...target, ...words, "--wait", "--timeout", "10m");
  const hosted = await createKube({ kubeconfig: await hcp("create", "kubeconfig", ...target) });
  const rows: Observed[] = [];
  try {
    for (const fault of faults) {
      if (!context.signal.aborted) rows.push(await observe(fault, { management, hosted }, context));
    }
  } finally {
    hosted.close();
  }
  return rows;
}

async function remove(management: Kube): Promise<void> {
  for (const { metadata } of await management.list(Backup, { namespace })) {
    await hcp("destroy", "backup", metadata?.name ?? "", "-n", namespace);
  }
  await management.delete(BackupLocation, store);
  await management.delete(PersistentVolumeClaim, claim, operatorNamespace);
  if (await management.get(HostedCluster, "broken", namespace)) await hcp("destroy", "cluster", "none", ...target);
  await management.delete(Namespace, namespace);
  await waitForGone(management, Namespace, namespace, { timeoutMs: mostToHealSeconds * 1000 });
}

async function observe(fault: Fault, clients: Clients, { say }: Pick<LongTestContext, "say">): Promise<Observed> {
  const row: Observed = { fault: fault.fault, told: fault.told && "HostedCluster EtcdAvailable" };
  say(fault.fault);
  let writing: ReturnType<typeof writer> | undefined;
  try {
    await eventually("etcd being whole before", mostToHealSeconds, () => isWhole(clients));
    const before = (await etcdOf(clients))?.members;
    writing = writer(clients.hosted, fault.fault);
    const kept = fault.backup && (await backUp(fault.backup, writing.written));
    const telling = fault.told ? toldOf(clients, fault.told) : Promise.resolve(undefined);
    const began = performance.now();
    await fault.make(clients);
    const made = performance.now();
    const told = await telling;
    if (told) row.toldInMs = told - began;
    const mended = fault.mend ? performance.now() : began;
    await fault.mend?.(clients);
    await eventually("etcd being whole again", mostToHealSeconds, async () => {
      const now = (await etcdOf(clients))?.members;
      return (fault.told || JSON.stringify(now) !== JSON.stringify(before)) && (await isWhole(clients));
    });
    row.healedInMs = performance.now() - mended;
    const { written, outageMs } = await writing.end();
    const names = await eventually("the list of what was written", 60, () => namesIn(clients));
    const lost = written.filter((name) => !names.has(name));
    say(`${written.length} writes, ${lost.length} lost`);
    return { ...row, outageMs, lost: lost.length, ...problem(lost, kept || written, told && told - made) };
  } catch (error) {
    await writing?.end();
    return { ...row, failure: (error as Error).message };
  }
}

/** Where anything was left, nothing that was acknowledged may be lost; else nothing that a backup holds. */
function problem(lost: string[], kept: readonly string[], toldAfterMs = 0): Pick<Observed, "failure"> {
  if (lost.some((name) => kept.includes(name))) return { failure: "acknowledged writes were lost" };
  if (toldAfterMs > mostToTellSeconds * 1000) return { failure: "it was told too late" };
  return {};
}

async function namesIn({ hosted }: Clients): Promise<Set<string | undefined>> {
  const present = await hosted.list(ConfigMap, { namespace: "default", labels: { writer: "true" } });
  return new Set(present.map(({ metadata }) => metadata?.name));
}

/** Makes a backup; gives what was written by then. */
async function backUp(name: string, written: readonly string[]): Promise<string[]> {
  const before = [...written];
  await hcp("create", "backup", "--cluster", "broken", "-n", namespace, "--location", store, "--name", name, "--wait");
  return before;
}

/** When EtcdAvailable says so: followed from before the fault, for what heals by itself may be over at the next look. */
function toldOf({ management }: Clients, reason: string): Promise<number> {
  const isTold = ({ status }: HostedCluster) => {
    const condition = findCondition(status?.conditions, "EtcdAvailable");
    return condition?.status === "False" && condition.reason === reason;
  };
  const options = { namespace, timeoutMs: mostToHealSeconds * 1000, what: `say ${reason} in EtcdAvailable` };
  const told = waitFor(management, HostedCluster, "broken", isTold, options).then(() => performance.now());
  // It is heard of where it is waited for.
  told.catch(() => {});
  return told;
}

/** The command of EtcdDataLost, as a user would copy it. */
async function runAdvice(clients: Clients): Promise<void> {
  const command = await eventually("EtcdDataLost having a command", mostToTellSeconds, async () => {
    const found = findCondition((await clusterOf(clients))?.status?.conditions, "EtcdDataLost");
    return /run hcp (restore cluster [^,;]*)/.exec(found?.message ?? "")?.[1];
  });
  await hcp(...command.split(" "));
}

/** Writes objects until it is ended; gives the names of those that were acknowledged, and the longest outage. */
function writer(hosted: Kube, fault: string) {
  const prefix = fault.replace(/[^a-z]+/g, "-").slice(0, 40);
  const written: string[] = [];
  let outageMs: number | undefined;
  let good = performance.now();
  let failed = false;
  let ended = false;
  const note = () => {
    if (failed) outageMs = Math.max(outageMs ?? 0, performance.now() - good);
  };
  const running = (async () => {
    for (let i = 0; !ended; i++) {
      const name = `${prefix}-${i}`;
      const metadata = { name, namespace: "default", labels: { writer: "true" } };
      try {
        await hosted.create<ConfigMap>({ apiVersion: "v1", kind: "ConfigMap", metadata });
        written.push(name);
        note();
        failed = false;
        good = performance.now();
      } catch {
        failed = true;
      }
      await pause(20);
    }
  })();
  return {
    written,
    async end() {
      ended = true;
      await running;
      note();
      return { written, outageMs };
    },
  };
}

const clusterOf = ({ management }: Clients) => management.get(HostedCluster, "broken", namespace);
const etcdOf = async (clients: Clients) => (await clusterOf(clients))?.status?.etcd;

async function isWhole(clients: Clients): Promise<boolean> {
  const { conditions, etcd } = (await clusterOf(clients))?.status ?? {};
  const isTrue = (type: string) => findCondition(conditions, type)?.status === "True";
  const { members: found = [], leader } = etcd ?? {};
  return (
    isTrue("Available") &&
    isTrue("EtcdAvailable") &&
    findCondition(conditions, "EtcdDataLost") === undefined &&
    leader !== undefined &&
    found.every(({ state }) => state === "Voter")
  );
}

async function roles(clients: Clients): Promise<{ leader: string; followers: string[] }> {
  const leader = await eventually("the leader", mostToHealSeconds, async () => (await etcdOf(clients))?.leader);
  return { leader, followers: members.filter((member) => member !== leader) };
}

/** As a node's disk that dies: the volume goes, and the pod with it. */
async function lose({ management }: Clients, member = ""): Promise<void> {
  await management.delete(PersistentVolumeClaim, `data-${member}`, plane);
  await management.delete(Pod, member, plane);
}

async function loseAll(clients: Clients): Promise<void> {
  await Promise.all(members.map((member) => lose(clients, member)));
}

const inPod = (member: string, ...words: string[]) =>
  run("kubectl", ["--kubeconfig", managementKubeconfig, "exec", "-n", plane, "-c", "etcd", member, "--", ...words]);

function etcdctl(member: string, ...words: string[]): Promise<string> {
  const tls = "/etc/etcd/tls";
  const access = ["--endpoints=localhost:2379", `--cacert=${tls}/etcd-ca/ca.crt`];
  access.push(`--cert=${tls}/client/etcd-client.crt`, `--key=${tls}/client/etcd-client.key`);
  return inPod(member, "etcdctl", ...access, ...words);
}

/** Writes the same object until nothing is taken any more. */
async function fill(hosted: Kube): Promise<void> {
  const metadata = { name: "chunk", namespace: "default" };
  for (let i = 0; i < 400; i++) {
    const data = { chunk: `${i} ${"x".repeat(900_000)}` };
    try {
      await hosted.apply<ConfigMap>({ apiVersion: "v1", kind: "ConfigMap", metadata, data });
    } catch {
      return;
    }
  }
  throw new Error("The database took 360 MB");
}
