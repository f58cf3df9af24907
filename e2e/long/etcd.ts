import { join } from "node:path";
import { HostedCluster } from "../../src/api/index.ts";
import { findCondition } from "../../src/kube/conditions.ts";
import { createKube } from "../../src/kube/create-kube.ts";
import { ConfigMap, Namespace, PersistentVolumeClaim, Pod } from "../../src/kube/kinds.ts";
import type { Kube } from "../../src/kube/kube.ts";
import { pause } from "../../src/kube/pause.ts";
import { waitForGone } from "../../src/kube/wait-for.ts";
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

interface Fault {
  fault: string;
  /** Breaks etcd. */
  make: (clients: Clients) => Promise<unknown>;
  /** The reason of EtcdAvailable that tells of it; absent where etcd goes on. */
  told?: string;
  /** Somebody has to mend it. */
  stays?: true;
}

interface Clients {
  management: Kube;
  hosted: Kube;
}

/** In this order: the last one is the end of the cluster. */
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
    fault: "all volumes are lost",
    told: "EtcdVolumeLost",
    stays: true,
    make: (clients) => Promise.all(members.map((member) => lose(clients, member))),
  },
];

/** Breaks a highly available etcd in every way that it gets over by itself, and once for good, under a writer. */
const test: LongTest = {
  title: "a highly available etcd heals without hands, and loses nothing that it acknowledged",
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
    const made = performance.now();
    await fault.make(clients);
    if (fault.told) {
      await eventually(`EtcdAvailable saying ${fault.told}`, mostToTellSeconds, () => tells(clients, fault));
      row.toldInMs = performance.now() - made;
    }
    if (fault.stays) return { ...row, outageMs: (await writing.end()).outageMs };
    await eventually("etcd being whole again", mostToHealSeconds, async () => {
      const now = (await etcdOf(clients))?.members;
      return (fault.told || JSON.stringify(now) !== JSON.stringify(before)) && (await isWhole(clients));
    });
    row.healedInMs = performance.now() - made;
    const { written, outageMs } = await writing.end();
    const present = await clients.hosted.list(ConfigMap, { namespace: "default", labels: { writer: "true" } });
    const names = new Set(present.map(({ metadata }) => metadata?.name));
    const lost = written.filter((name) => !names.has(name)).length;
    say(`${written.length} writes, ${lost} lost`);
    return { ...row, outageMs, lost, ...(lost > 0 && { failure: "acknowledged writes were lost" }) };
  } catch (error) {
    await writing?.end();
    return { ...row, failure: (error as Error).message };
  }
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
    leader !== undefined &&
    found.every(({ state }) => state === "Voter")
  );
}

async function tells(clients: Clients, { told }: Fault): Promise<boolean> {
  const condition = findCondition((await clusterOf(clients))?.status?.conditions, "EtcdAvailable");
  return condition?.status === "False" && condition.reason === told;
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
