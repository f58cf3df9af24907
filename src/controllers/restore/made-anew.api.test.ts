import { afterEach, beforeAll, expect, test } from "vitest";
import { heldAnnotation, heldByAnnotation } from "../../api/held.ts";
import { type BackupLocation, HostedCluster, HostedControlPlane, Restore, Verification } from "../../api/index.ts";
import { operatorNamespacePermissions, operatorPermissions } from "../../api/permissions.ts";
import { wantedRecovery } from "../../api/wanted-recovery.ts";
import { findCondition } from "../../kube/conditions.ts";
import { isBeingDeleted } from "../../kube/finalizer.ts";
import { Job, type Namespace, Pod, Secret } from "../../kube/kinds.ts";
import { noLog } from "../../kube/log.ts";
import type { Resource } from "../../kube/resource.ts";
import { runControllers } from "../../kube/run-controllers.ts";
import { waitFor, waitForGone } from "../../kube/wait-for.ts";
import { aSpec } from "../../testing/control-planes.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { samples } from "../../testing/samples.ts";
import { sharedApiServer } from "../../testing/shared-api-server.ts";
import { restoreController } from "./controller.ts";

// A cluster that is not there. The test plays the Jobs and the control-plane-operator, and ends the controller at each operation.

const endings: (() => Promise<unknown>)[] = [];
beforeAll(async () => installCrds((await sharedApiServer("anew")).kube));
afterEach(async () => {
  await Promise.all(endings.splice(0).map((end) => end()));
});

async function start() {
  const shared = await sharedApiServer("anew");
  const { kube, namespace } = shared;
  const location = `l-${namespace}`;
  await kube.create<BackupLocation>({
    apiVersion: "recovery.roost.dev/v1alpha1",
    kind: "BackupLocation",
    metadata: { name: location },
    spec: { volume: { claimName: "backups" } },
  });
  const rules = [...operatorPermissions, ...operatorNamespacePermissions];
  const own = await kubeWithRights({ ...shared, name: "operator", rules, namespace: undefined });
  const run = () => {
    const stop = new AbortController();
    const controller = restoreController({ operatorNamespace: namespace, recoveryImage: "recovery:1" });
    const ended = runControllers([controller], { kube: own, log: noLog, signal: stop.signal });
    const end = async () => {
      stop.abort();
      await ended;
    };
    endings.push(end);
    return end;
  };
  const { metadata } = await kube.create<Restore>({
    apiVersion: Restore.apiVersion,
    kind: Restore.kind,
    metadata: { name: "r", namespace },
    spec: { clusterName: "demo", from: { locationName: location, path: `${namespace}/demo/b` }, formerIsGone: true },
  });
  return { kube, namespace, plane: `${namespace}-demo`, run, uid: metadata?.uid ?? "" };
}

type Started = Awaited<ReturnType<typeof start>>;
const within = { timeoutMs: 60_000 };

const untilRuns = ({ kube, namespace }: Started, name: string) =>
  waitFor(
    kube,
    Restore,
    "r",
    ({ status }) => status?.operations?.find((each) => each.name === name)?.state === "Running",
    {
      namespace,
      ...within,
      what: `run ${name}`,
    },
  );

const ended = ({ kube, namespace }: Started) =>
  waitFor(kube, Restore, "r", ({ status }) => !!status?.completedAt, { namespace, ...within, what: "be over" });

/** Plays the Job of one step: it tells what came of it, and ends. */
async function work({ kube, namespace, uid }: Started, step: string, problem?: string): Promise<Job> {
  const name = `restore-objects-${step.toLowerCase()}-${uid}`;
  const job = await waitFor(kube, Job, name, () => true, { namespace, ...within });
  const objects = { step, count: 3, problem: problem ?? null };
  await kube.patch(Restore, "r", namespace, { status: { objects } }, { subresource: "status" });
  const time = new Date().toISOString();
  const of = (type: string) => ({
    type,
    status: "True",
    reason: "CompletionsReached",
    message: "",
    lastTransitionTime: time,
  });
  const status = {
    conditions: [of("SuccessCriteriaMet"), of("Complete")],
    startTime: time,
    completionTime: time,
    succeeded: 1,
  };
  await kube.patch(Job, name, namespace, { status }, { subresource: "status" });
  return job;
}

/** The same of a Job that has tried in vain for long enough, some minutes ago. */
async function fail({ kube, namespace, uid }: Started, step: string, problem: string): Promise<Job> {
  const name = `restore-objects-${step.toLowerCase()}-${uid}`;
  const job = await waitFor(kube, Job, name, () => true, { namespace, ...within });
  await kube.patch(Restore, "r", namespace, { status: { objects: { step, problem } } }, { subresource: "status" });
  const lastTransitionTime = new Date(Date.now() - 5 * 60_000).toISOString();
  const conditions = ["FailureTarget", "Failed"].map((type) => ({
    type,
    status: "True",
    reason: "BackoffLimitExceeded",
    message: "",
    lastTransitionTime,
  }));
  const status = { conditions, startTime: lastTransitionTime, failed: 1 };
  await kube.patch(Job, name, namespace, { status }, { subresource: "status" });
  return job;
}

/** What the Job makes, as far as it concerns the controller. */
async function make({ kube, namespace, plane, uid }: Started): Promise<void> {
  const { status: _, ...sample } = samples().get("hosted-cluster-agent") as Resource & { status?: unknown };
  const annotations = { [heldAnnotation]: "everything", [heldByAnnotation]: uid };
  await kube.create({ ...sample, metadata: { name: "demo", namespace, annotations } });
  await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: plane } });
  const wanted = { "recovery.roost.dev/wanted": JSON.stringify({ id: uid, mode: "Stopped" }) };
  const { apiVersion, kind } = HostedControlPlane;
  const metadata = { name: "demo", namespace: plane, annotations: wanted };
  await kube.create<HostedControlPlane>({ apiVersion, kind, metadata, spec: aSpec() });
}

/** Plays the garbage collector: the Job goes with its pods, once the controller wants that. */
async function goes({ kube, namespace, uid }: Started, step: string): Promise<void> {
  const name = `restore-objects-${step.toLowerCase()}-${uid}`;
  const what = "be deleted with its pods";
  const job = await waitFor(kube, Job, name, isBeingDeleted, { namespace, ...within, what });
  expect(job.metadata?.finalizers).toEqual(["foregroundDeletion"]);
  const labels = { "batch.kubernetes.io/job-name": name };
  for (const pod of await kube.list(Pod, { namespace, labels })) {
    await kube.delete(Pod, pod.metadata?.name ?? "", namespace);
  }
  await kube.patch(Job, name, namespace, { metadata: { uid: job.metadata?.uid, finalizers: null } });
}

/** What the Restore says of how far it is. */
const says = ({ kube, namespace }: Started, text: string) =>
  waitFor(
    kube,
    Restore,
    "r",
    ({ status }) => findCondition(status?.conditions, "Succeeded")?.message?.includes(text) ?? false,
    { namespace, ...within, what: `say ${text}` },
  );

async function answer({ kube, plane }: Started, mode: string, etcd?: string): Promise<void> {
  const hcp = await waitFor(kube, HostedControlPlane, "demo", (each) => wantedRecovery(each)?.mode === mode, {
    namespace: plane,
    ...within,
  });
  const status = { recovery: { id: wantedRecovery(hcp)?.id, mode, etcd: etcd ?? null } };
  await kube.patch(HostedControlPlane, "demo", plane, { status }, { subresource: "status" });
}

async function verify({ kube, plane, uid }: Started, what: string, status: "True" | "False"): Promise<void> {
  const name = `${what}-${uid}`;
  await waitFor(kube, Verification, name, () => true, { namespace: plane, ...within });
  const at = new Date().toISOString();
  const succeeded = {
    type: "Succeeded",
    status,
    reason: "AsExpected",
    message: "node-heartbeats: 2",
    lastTransitionTime: at,
  };
  const found = { completedAt: at, checks: [], conditions: [succeeded] };
  await kube.patch(Verification, name, plane, { status: found }, { subresource: "status" });
}

async function serve({ kube, namespace }: Started): Promise<void> {
  const snapshot = { revision: 4711, sha256: "a".repeat(64), objectCounts: { pods: 3 } };
  await kube.patch(Restore, "r", namespace, { status: { snapshot } }, { subresource: "status" });
}

const heldNow = async ({ kube, namespace }: Started) =>
  (await kube.get(HostedCluster, "demo", namespace))?.metadata?.annotations?.[heldAnnotation];

test("a cluster that is not there is made again, held until it is proved, whoever dies meanwhile", async () => {
  const started = await start();
  let end = started.run();
  const dies = async (name: string) => {
    await untilRuns(started, name);
    await end();
    end = started.run();
  };
  await dies("look");
  const job = await work(started, "Look");
  expect(job.spec?.template.spec?.serviceAccountName).toBe("recovery-objects");
  expect(job.spec?.template.spec?.containers[0]?.args).toEqual(
    expect.arrayContaining(["--path", `${started.namespace}/demo/b`, "--former-is-gone", "--cluster", "demo"]),
  );
  await dies("make-objects");
  await make(started);
  await work(started, "Make");
  await dies("serve");
  await serve(started);
  expect(await heldNow(started)).toBe("everything");
  await dies("wake");
  await answer(started, "Stopped");
  await dies("restore-etcd");
  expect(await heldNow(started)).toBe("machines");
  await answer(started, "EtcdOnly", "Restored");
  await dies("compare");
  await verify(started, "compare", "True");
  await dies("start");
  await answer(started, "Running");
  await dies("prove");
  expect(await heldNow(started)).toBe("machines");
  await verify(started, "prove", "True");
  const done = await ended(started);
  expect(findCondition(done.status?.conditions, "Succeeded")).toMatchObject({ status: "True" });
  expect(done.status?.operations?.map(({ state }) => state)).toEqual(Array(10).fill("Done"));
  expect(await heldNow(started)).toBeUndefined();
  const { metadata } = (await started.kube.get(HostedCluster, "demo", started.namespace)) ?? {};
  expect(metadata?.annotations ?? {}).not.toHaveProperty([heldByAnnotation]);
  expect(done.metadata?.ownerReferences?.map(({ uid }) => uid)).toEqual([metadata?.uid]);
  const hcp = (await started.kube.get(HostedControlPlane, "demo", started.plane)) as HostedControlPlane;
  expect(wantedRecovery(hcp)).toBeUndefined();
  const left = await started.kube.list(Job, { namespace: started.namespace });
  expect(left.filter(({ metadata }) => !metadata?.deletionTimestamp)).toEqual([]);
}, 240_000);

test("an etcd that is not what the backup holds takes all back that was made, with nothing of the store", async () => {
  const started = await start();
  started.run();
  await work(started, "Look");
  await untilRuns(started, "make-objects");
  await make(started);
  await work(started, "Make");
  await serve(started);
  await answer(started, "Stopped");
  await answer(started, "EtcdOnly", "Restored");
  await verify(started, "compare", "False");
  await goes(started, "Look");
  await goes(started, "Make");
  const removal = await work(started, "Remove");
  expect(removal.spec?.template.spec?.containers[0]?.args).not.toContain("--location");
  const done = await ended(started);
  expect(findCondition(done.status?.conditions, "Succeeded")).toMatchObject({
    status: "False",
    message: expect.stringContaining("What was made of the cluster is gone again"),
  });
  // Nothing of before is there to be put back.
  const hcp = (await started.kube.get(HostedControlPlane, "demo", started.plane)) as HostedControlPlane;
  expect(wantedRecovery(hcp)?.putBack).toBeUndefined();
}, 120_000);

test("nothing is removed while something may still be made, and what cannot be removed is tried again", async () => {
  const started = await start();
  const { kube, namespace, uid } = started;
  started.run();
  await work(started, "Look");
  const name = `restore-objects-make-${uid}`;
  await waitFor(kube, Job, name, () => true, { namespace, ...within });
  const labels = { "batch.kubernetes.io/job-name": name };
  await kube.create<Pod>({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "maker", namespace, labels },
    spec: { containers: [{ name: "a", image: "a" }] },
  });
  await kube.delete(Restore, "r", namespace);
  await goes(started, "Look");
  await says(started, "The pod ");
  expect(await kube.get(Job, `restore-objects-remove-${uid}`, namespace)).toBeUndefined();
  await goes(started, "Make");

  const removal = await fail(started, "Remove", "the webhook of somebody else does not answer");
  await says(started, "cannot be removed: the webhook of somebody else does not answer; it is tried again");
  await goes(started, "Remove");
  await waitFor(kube, Job, removal.metadata?.name ?? "", ({ metadata }) => metadata?.uid !== removal.metadata?.uid, {
    namespace,
    ...within,
    what: "be made again",
  });
  await work(started, "Remove");
  await waitForGone(kube, Restore, "r", { namespace, ...within });
}, 120_000);

test("where the nodes do not come back the cluster runs, and its machines stay held", async () => {
  const started = await start();
  started.run();
  await work(started, "Look");
  await untilRuns(started, "make-objects");
  await make(started);
  await work(started, "Make");
  await serve(started);
  await answer(started, "Stopped");
  await answer(started, "EtcdOnly", "Restored");
  await verify(started, "compare", "True");
  await answer(started, "Running");
  await verify(started, "prove", "False");
  const done = await ended(started);
  const message = findCondition(done.status?.conditions, "Succeeded")?.message ?? "";
  expect(message).toContain(`kubectl annotate hostedcluster demo -n ${started.namespace} ${heldAnnotation}-`);
  expect(await heldNow(started)).toBe("machines");
}, 120_000);

test("what the look finds in the way is said, and nothing was made", async () => {
  const started = await start();
  started.run();
  await work(started, "Look", "The former control plane still answers");
  const done = await ended(started);
  expect(findCondition(done.status?.conditions, "Succeeded")?.message).toContain("still answers");
  const { kube, namespace } = started;
  expect(await kube.get(Job, `restore-objects-make-${started.uid}`, namespace)).toBeUndefined();
  expect(await kube.get(Job, `restore-objects-remove-${started.uid}`, namespace)).toBeUndefined();
  expect(await kube.get(Secret, `restore-${started.uid}`, namespace)).toBeUndefined();
}, 90_000);
