import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { HostedCluster, NodePool } from "../../src/api/index.ts";
import { findCondition } from "../../src/kube/conditions.ts";
import type { Kind } from "../../src/kube/kind.ts";
import { clusterKind } from "../../src/kube/kind.ts";
import { ConfigMap, Deployment, Namespace, Node, Pod } from "../../src/kube/kinds.ts";
import type { Kube } from "../../src/kube/kube.ts";
import type { Resource } from "../../src/kube/resource.ts";
import { waitForGone } from "../../src/kube/wait-for.ts";
import { PersistentVolume } from "../../src/local/volumes/persistent-volume.ts";
import { tryAndRemove } from "../../tools/try-and-remove.ts";
import { connect, demoKubeconfig, managementKubeconfig } from "../environment.ts";
import { eventually } from "../eventually.ts";
import { hcp, root } from "../shell.ts";
import type { LongTest, LongTestContext, Observed } from "./long-test.ts";

/** The condition that has to tell of a fault, and the words by which it names the cause. */
interface Telling {
  kind: Kind;
  /** `namespace/name` */
  key: string;
  type: string;
  names: RegExp;
}

interface Fault {
  fault: string;
  make: () => Promise<unknown>;
  /** Undoes it; absent where it heals by itself. */
  heal?: () => Promise<unknown>;
  /** Absent where it is over before a minute is. */
  told?: Telling;
  isWell: () => Promise<boolean>;
}

const mostToTellSeconds = 60;
const mostToHealSeconds = 300;
const demo = "clusters/demo";

/** Breaks one thing after the other for real: a condition names it within a minute, and it heals. */
const test: LongTest = {
  title: "what breaks is named by a condition within a minute, and heals",
  async run(context) {
    const management = await connect(managementKubeconfig);
    const hosted = await connect(demoKubeconfig);
    const rows: Observed[] = [];
    try {
      const faults = [
        ...servicesFaults(management),
        stuckRollOut(management),
        ...(await nodeFaults(management, hosted)),
      ];
      for (const fault of faults) if (!context.signal.aborted) rows.push(await observe(fault, management, context));
      rows.push(...(await onOwnClusters(management, context)));
    } finally {
      management.close();
      hosted.close();
    }
    return rows;
  },
};
export default test;

async function observe(fault: Fault, management: Kube, { say }: Pick<LongTestContext, "say">): Promise<Observed> {
  const { told } = fault;
  const row: Observed = { fault: fault.fault, told: told && `${told.kind.kind} ${told.type}` };
  say(fault.fault);
  try {
    await eventually("everything being well before", mostToHealSeconds, fault.isWell);
    const made = performance.now();
    try {
      await fault.make();
      if (told) {
        const words = await eventually(`${told.type} telling it`, mostToTellSeconds, () => tells(management, told));
        row.toldInMs = performance.now() - made;
        say(`${told.type}: ${words}`);
      }
    } finally {
      await fault.heal?.();
    }
    const mended = fault.heal ? performance.now() : made;
    await eventually("everything being well again", mostToHealSeconds, fault.isWell);
    return { ...row, healedInMs: performance.now() - mended };
  } catch (error) {
    return { ...row, failure: (error as Error).message };
  }
}

async function tells(kube: Kube, { kind, key, type, names }: Telling): Promise<string | undefined> {
  const [namespace, name = ""] = key.split("/");
  const message = findCondition(conditionsOf(await kube.get(kind, name, namespace)), type)?.message;
  return message && names.test(message) ? message : undefined;
}

const conditionsOf = (object: Resource | undefined) =>
  (object as { status?: { conditions?: { type: string; status: string; reason: string; message: string }[] } })?.status
    ?.conditions;

/** What says of the demo that all is well: none of it is news of before the fault. */
async function isDemoWell(kube: Kube): Promise<boolean> {
  const cluster = conditionsOf(await kube.get(HostedCluster, "demo", "clusters"));
  const pool = conditionsOf(await kube.get(NodePool, "demo", "clusters"));
  const isUsual = (type: string, status = "True", conditions = cluster) => {
    const condition = findCondition(conditions, type);
    return condition?.status === status && condition.reason !== "CachedRelease";
  };
  return (
    ["Available", "KubeAPIServerReachable", "DataPlaneConnectionAvailable", "ControlPlaneConnectionAvailable"].every(
      (type) => isUsual(type),
    ) &&
    isUsual("ValidReleaseImage") &&
    isUsual("ValidReleaseInfo") &&
    isUsual("Degraded", "False") &&
    isUsual("Ready", "True", pool) &&
    isUsual("AllNodesHealthy", "True", pool)
  );
}

const inMachine = (machine: string, ...words: string[]) => hcp("local", "shell", machine, "--", ...words);
const unit = (machine: string, verb: "start" | "stop", name: string) => inMachine(machine, "systemctl", verb, name);

function servicesFaults(kube: Kube): Fault[] {
  const isWell = () => isDemoWell(kube);
  const unnamed = {
    kind: HostedCluster,
    key: demo,
    type: "KubeAPIServerReachable",
    names: /name \S+ cannot be looked up/,
  };
  const dnsPods = (replicas: number) => kube.patch(Deployment, "coredns", "kube-system", { spec: { replicas } });
  return [
    {
      fault: "the registry is dead",
      make: () => unit("services", "stop", "docker-registry"),
      heal: () => unit("services", "start", "docker-registry"),
      told: { kind: HostedCluster, key: demo, type: "ValidReleaseImage", names: /registry \S+ cannot be reached/ },
      isWell,
    },
    {
      fault: "the DNS server of the domain is dead",
      make: () => unit("services", "stop", "named"),
      heal: () => unit("services", "start", "named"),
      told: unnamed,
      isWell,
    },
    {
      fault: "the DNS of the management cluster is gone",
      make: () => dnsPods(0),
      heal: () => dnsPods(1),
      told: unnamed,
      isWell,
    },
  ];
}

/** The former pod goes on serving: nothing but a word of the roll-out tells. */
function stuckRollOut(kube: Kube): Fault {
  const unschedulable = async (value: boolean) => {
    for (const { metadata } of await kube.list(Node))
      await kube.patch(Node, metadata?.name ?? "", undefined, { spec: { unschedulable: value } });
  };
  // Of all that is made of it, only kube-apiserver changes.
  const audit = (profile: string | null) =>
    kube.patch(HostedCluster, "demo", "clusters", {
      spec: { configuration: profile && { apiServer: { audit: { profile } } } },
    });
  return {
    fault: "a roll-out finds no node",
    async make() {
      await unschedulable(true);
      await audit("WriteRequestBodies");
    },
    async heal() {
      await unschedulable(false);
      await audit(null);
    },
    told: { kind: HostedCluster, key: demo, type: "Progressing", names: /no node takes the pod kube-apiserver-/ },
    isWell: async () => {
      const cluster = conditionsOf(await kube.get(HostedCluster, "demo", "clusters"));
      return findCondition(cluster, "Progressing")?.status === "False" && (await isDemoWell(kube));
    },
  };
}

async function nodeFaults(management: Kube, hosted: Kube): Promise<Fault[]> {
  // Nodes are called as the machines that they run on.
  const machines = (await hosted.list(Node)).map(({ metadata }) => metadata?.name ?? "").sort();
  const victim = machines.at(-1) ?? "";
  const isWell = () => isDemoWell(management);
  const agents = (signal: "STOP" | "CONT") =>
    Promise.all(machines.map((machine) => inMachine(machine, "sh", "-c", `pkill -${signal} proxy-agent; true`)));
  const packets = (verb: "I" | "D") =>
    inMachine(
      victim,
      "sh",
      "-ec",
      `iptables -w -${verb} OUTPUT ! -o lo -j DROP; iptables -w -${verb} INPUT ! -i lo -j DROP`,
    );
  const silent = { kind: NodePool, key: demo, type: "Ready", names: new RegExp(`${victim} is not: Kubelet stopped`) };
  return [
    {
      fault: "the konnectivity agents are stopped",
      make: () => agents("STOP"),
      heal: () => agents("CONT"),
      told: { kind: HostedCluster, key: demo, type: "DataPlaneConnectionAvailable", names: /through konnectivity/ },
      isWell,
    },
    {
      fault: "the kubelet of a worker is dead",
      make: () => unit(victim, "stop", "kubelet"),
      heal: () => unit(victim, "start", "kubelet"),
      told: silent,
      isWell,
    },
    {
      fault: "a worker is cut off",
      make: () => packets("I"),
      heal: () => packets("D"),
      told: {
        ...silent,
        kind: HostedCluster,
        type: "ControlPlaneConnectionAvailable",
        names: new RegExp(`cut off: ${victim}`),
      },
      isWell,
    },
    await rebooted(hosted, victim, isWell),
  ];
}

async function rebooted(hosted: Kube, victim: string, isWell: () => Promise<boolean>): Promise<Fault> {
  const started = async () => {
    const pods = await hosted.list(Pod, { fields: { "spec.nodeName": victim } });
    return pods.map(({ status }) => status?.containerStatuses?.map(({ containerID }) => containerID)).join();
  };
  let before: string | undefined;
  return {
    fault: "a worker reboots",
    async make() {
      before = await started();
      await inMachine(victim, "systemctl", "reboot");
    },
    async isWell() {
      const pods = await hosted.list(Pod, { fields: { "spec.nodeName": victim } });
      const areReady = pods.every(({ status }) => status?.containerStatuses?.every(({ ready }) => ready));
      return areReady && (await isWell()) && (before === undefined || (await started()) !== before);
    },
  };
}

const namespace = "e2e-faults";
const StorageClass = clusterKind("storage.k8s.io/v1", "StorageClass", "storageclasses");
const small = { name: "e2e-small", folder: "/run/e2e-small", megabytes: 220 };
/** Under the limit of what etcd takes in one request. */
const chunkBytes = 900_000;

/** What no cluster gets over that somebody else works with. */
const ofOwnClusters = {
  "the volume of etcd is full": fullDisk,
  "the database of etcd has reached its limit (NOSPACE)": fullDatabase,
};

function onOwnClusters(management: Kube, context: LongTestContext): Promise<Observed[]> {
  async function tryAll() {
    const rows: Observed[] = [];
    await management.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    for (const [fault, fill] of Object.entries(ofOwnClusters)) {
      if (!context.signal.aborted) rows.push(...(await fill(fault, management, context)));
    }
    return rows;
  }
  return tryAndRemove(`namespace ${namespace}`, tryAll, async () => {
    await management.delete(Namespace, namespace);
    await waitForGone(management, Namespace, namespace, { timeoutMs: mostToHealSeconds * 1000 });
  });
}

function fullDisk(fault: string, management: Kube, context: LongTestContext): Promise<Observed[]> {
  const { name, folder, megabytes } = small;
  const volume = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name },
    spec: {
      accessModes: ["ReadWriteOnce"],
      capacity: { storage: "1Gi" },
      claimRef: { namespace: `${namespace}-full`, name: "data-etcd-0" },
      hostPath: { path: `${folder}/data` },
      storageClassName: name,
    },
  };
  const provisioner = "kubernetes.io/no-provisioner";
  const storageClass = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name }, provisioner };
  async function tryIt() {
    await inMachine(
      "mgmt",
      "sh",
      "-ec",
      `mkdir -p ${folder}; mount -t tmpfs -o size=${megabytes}m e2e ${folder}; mkdir -m 777 ${folder}/data`,
    );
    await management.apply(storageClass as Resource);
    await management.apply(volume as Resource);
    const words = ["--etcd-storage-class", name, "--etcd-storage-size", "1Gi"];
    return withCluster(management, { fault, name: "full", words }, (hosted) =>
      observe(
        {
          fault,
          async make() {
            await inMachine("mgmt", "sh", "-c", `dd if=/dev/zero of=${folder}/filler bs=64k 2>/dev/null; true`);
            // etcd writes into what it has reserved until that is used up, and dies.
            await fill(hosted, 60);
          },
          heal: () => inMachine("mgmt", "rm", `${folder}/filler`),
          told: {
            kind: HostedCluster,
            key: `${namespace}/full`,
            type: "EtcdAvailable",
            names: /volume of etcd-0 is full/,
          },
          isWell: () => isAvailable(management, "full"),
        },
        management,
        context,
      ),
    );
  }
  return tryAndRemove(fault, tryIt, async () => {
    await management.delete(PersistentVolume, name);
    await management.delete(StorageClass, name);
    await inMachine("mgmt", "sh", "-c", `umount -l ${folder}; rmdir ${folder}; true`);
  });
}

function fullDatabase(fault: string, management: Kube, context: LongTestContext): Promise<Observed[]> {
  // So small a volume leaves the database 128 MiB.
  return withCluster(management, { fault, name: "filled", words: ["--etcd-storage-size", "640Mi"] }, (hosted) =>
    observe(
      {
        fault,
        make: () => fill(hosted, 200),
        heal: () => empty(hosted),
        told: { kind: HostedCluster, key: `${namespace}/filled`, type: "EtcdAvailable", names: /alarm NOSPACE/ },
        isWell: () => isAvailable(management, "filled"),
      },
      management,
      context,
    ),
  );
}

/** Writes so many chunks, or until nothing is taken any more. */
async function fill(hosted: Kube, chunks: number): Promise<void> {
  const data = { chunk: "x".repeat(chunkBytes) };
  for (let index = 0; index < chunks; index++) {
    const metadata = { name: `chunk-${index}`, namespace: "default", labels: { chunk: "true" } };
    try {
      await hosted.create<ConfigMap>({ apiVersion: "v1", kind: "ConfigMap", metadata, data });
    } catch {
      return;
    }
  }
}

/** What the condition's message advises; the rest follows by itself. */
async function empty(hosted: Kube): Promise<void> {
  for (const { metadata } of await hosted.list(ConfigMap, { namespace: "default", labels: { chunk: "true" } }))
    await hosted.delete(ConfigMap, metadata?.name ?? "", "default");
}

function withCluster(
  management: Kube,
  { fault, name, words }: { fault: string; name: string; words: string[] },
  use: (hosted: Kube) => Promise<Observed>,
): Promise<Observed[]> {
  const pullSecret = ["--pull-secret", join(root, ".roost", "pull-secret.json")];
  const target = ["--name", name, "-n", namespace];
  async function tryIt() {
    await hcp("create", "cluster", "none", ...target, ...pullSecret, ...words, "--wait");
    const file = join(root, ".roost", `${namespace}-${name}.kubeconfig`);
    writeFileSync(file, await hcp("create", "kubeconfig", ...target), { mode: 0o600 });
    const hosted = await connect(file);
    try {
      return [await use(hosted)];
    } finally {
      hosted.close();
    }
  }
  return tryAndRemove(fault, tryIt, async () => {
    if (await management.get(HostedCluster, name, namespace)) await hcp("destroy", "cluster", "none", ...target);
  });
}

async function isAvailable(management: Kube, name: string): Promise<boolean> {
  const conditions = conditionsOf(await management.get(HostedCluster, name, namespace));
  return ["Available", "EtcdAvailable"].every((type) => findCondition(conditions, type)?.status === "True");
}
