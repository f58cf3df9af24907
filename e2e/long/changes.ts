import { join } from "node:path";
import { BackupLocation, BackupSchedule, HostedCluster } from "../../src/api/index.ts";
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

const namespace = "e2e-changes";
const plane = `${namespace}-shipped`;
const target = ["--name", "shipped", "-n", namespace];
const schedule = "shipped";
const location = "e2e-changes";
const operatorNamespace = "hypershift";
/** How much may be lost. */
const budgetMs = 5_000;
const mostSeconds = 300;

interface Clients {
  management: Kube;
  hosted: Kube;
}

/** Breaks a cluster whose changes are shipped, under a writer, and puts it back to a time. */
const test: LongTest = {
  title: "a cluster whose changes are shipped loses some seconds with all of its etcd, and can be put back to any time",
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

async function tryAll(management: Kube, { say }: LongTestContext): Promise<Observed[]> {
  await management.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await management.apply<PersistentVolumeClaim>({
    ...{ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: location, namespace: operatorNamespace } },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  });
  await hcp("create", "backup-location", "--name", location, "--volume-claim", location);
  const words = ["--pull-secret", join(root, ".roost", "pull-secret.json"), "--wait", "--timeout", "10m"];
  await hcp("create", "cluster", "none", ...target, ...words);
  const of = ["--cluster", "shipped", "-n", namespace, "--name", schedule, "--location", location];
  await hcp("create", "backup-schedule", ...of, "--every", "1h", "--continuous");
  await eventually("changes being shipped", mostSeconds, async () => {
    const { conditions } = (await management.get(BackupSchedule, schedule, namespace))?.status ?? {};
    return findCondition(conditions, "ChangesShipped")?.status === "True";
  });
  const hosted = await createKube({ kubeconfig: await hcp("create", "kubeconfig", ...target) });
  const clients = { management, hosted };
  try {
    return [await allLost(clients, say), await takenBack(clients, say)];
  } finally {
    hosted.close();
  }
}

async function remove(management: Kube): Promise<void> {
  await management.delete(BackupSchedule, schedule, namespace);
  if (await management.get(HostedCluster, "shipped", namespace)) await hcp("destroy", "cluster", "none", ...target);
  // With the volume go the backups: nothing is to look for them there.
  await run("kubectl", [
    ...["--kubeconfig", managementKubeconfig, "annotate", "backups", "--all", "-n", namespace],
    "recovery.roost.dev/keep-stored=true",
  ]).catch(() => {});
  await management.delete(Namespace, namespace);
  await waitForGone(management, Namespace, namespace, { timeoutMs: mostSeconds * 1000 });
  await management.delete(BackupLocation, location);
  await management.delete(PersistentVolumeClaim, location, operatorNamespace);
}

const changes = async ({ management }: Clients) =>
  (await management.get(BackupSchedule, schedule, namespace))?.status?.changes;

async function allLost(clients: Clients, say: (line: string) => void): Promise<Observed> {
  const fault = "the only volume of etcd is lost under a writer, and the cluster put back to its last change";
  const writing = writer(clients.hosted);
  await pause(30_000);
  await clients.management.delete(PersistentVolumeClaim, "data-etcd-0", plane);
  await clients.management.delete(Pod, "etcd-0", plane);
  const began = performance.now();
  const acknowledged = await eventually("writes failing", mostSeconds, async () => writing.hasFailed()).then(
    writing.end,
  );
  // What was heard of until then is put into the location at once, and told.
  const at = await eventually("the program telling that etcd is gone", mostSeconds, async () => {
    const { problem, time } = (await changes(clients)) ?? {};
    return problem && time;
  });
  say(`putting it back to ${at}`);
  await hcp("restore", "cluster", ...target, "--at", at, "--wait");
  const healedInMs = performance.now() - began;
  const present = new Set(
    (await clients.hosted.list(ConfigMap, { namespace: "default" })).map(({ metadata }) => metadata?.name),
  );
  const lost = acknowledged.filter(({ name }) => !present.has(name));
  const lastKept = acknowledged.filter(({ name }) => present.has(name)).at(-1)?.at ?? 0;
  const lostMs = (acknowledged.at(-1)?.at ?? 0) - lastKept;
  say(`${lost.length} of ${acknowledged.length} writes were lost, of the last ${Math.round(lostMs)} ms`);
  const row = { fault: `${fault}: what was written in its last ${(lostMs / 1000).toFixed(1)} s is gone`, healedInMs };
  return { ...row, lost: lost.length, ...(lostMs > budgetMs && { failure: "more was lost than there may be" }) };
}

async function takenBack(clients: Clients, say: (line: string) => void): Promise<Observed> {
  const fault = "something is deleted by mistake, and the cluster put back to before";
  await eventually("changes being shipped after the restore", mostSeconds, async () => {
    const { conditions } = (await clients.management.get(BackupSchedule, schedule, namespace))?.status ?? {};
    return findCondition(conditions, "ChangesShipped")?.status === "True";
  });
  const metadata = { name: "mistake", namespace: "default" };
  await clients.hosted.apply<ConfigMap>({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { was: "there" } });
  await pause(3_000);
  const at = new Date();
  await pause(1_000);
  await clients.hosted.delete(ConfigMap, "mistake", "default");
  await eventually("what came after being shipped", mostSeconds, async () => {
    return Date.parse((await changes(clients))?.time ?? "") > at.getTime() + 3_000;
  });
  const began = performance.now();
  say(`putting it back to ${at.toISOString()}`);
  await hcp("restore", "cluster", ...target, "--at", at.toISOString(), "--wait");
  const healedInMs = performance.now() - began;
  const found = await clients.hosted.get(ConfigMap, "mistake", "default");
  return { fault, healedInMs, ...(found?.data?.was !== "there" && { failure: "it is not there again" }) };
}

/** Writes objects until it is ended; gives those that were acknowledged, and when. */
function writer(hosted: Kube) {
  const written: { name: string; at: number }[] = [];
  let failed = false;
  let ended = false;
  const running = (async () => {
    for (let i = 0; !ended && !failed; i++) {
      const name = `written-${i}`;
      try {
        await hosted.create<ConfigMap>({
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name, namespace: "default" },
        });
        written.push({ name, at: performance.now() });
      } catch {
        failed = true;
      }
      await pause(20);
    }
  })();
  return {
    hasFailed: () => failed,
    async end() {
      ended = true;
      await running;
      return written;
    },
  };
}
