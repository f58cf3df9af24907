import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import { isIP } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { parse, stringify } from "yaml";
import { HostedCluster } from "../../src/api/index.ts";
import { findCondition } from "../../src/kube/conditions.ts";
import { createKube, type ReplaceableKube } from "../../src/kube/create-kube.ts";
import { ConfigMap, Namespace, Pod, Secret } from "../../src/kube/kinds.ts";
import { waitFor, waitForGone } from "../../src/kube/wait-for.ts";
import { createAuthority, issue } from "../../src/pki/certificate.ts";
import { tryAndRemove } from "../../tools/try-and-remove.ts";
import { connect, managementKubeconfig } from "../environment.ts";
import { eventually } from "../eventually.ts";
import { restoreOnPremise } from "../manual/restore-on-premise.ts";
import { runManual } from "../manual/run-manual.ts";
import { takeSnapshot } from "../manual/take-snapshot.ts";
import { hcp, run } from "../shell.ts";
import type { LongTest, LongTestContext, Observed } from "./long-test.ts";

const home = "e2e-manual";
const timeoutMs = 10 * 60_000;
/** One node has room for three replicas only where they may share it. */
const highlyAvailable = [
  ...["--control-plane-availability-policy", "HighlyAvailable"],
  ...["--annotations", "hypershift.openshift.io/pod-spread=preferred"],
];

/** Chapters 8.2 and 8.3 of the manual, command by command. */
const test: LongTest = {
  title: "the manual's commands put etcd back, and begin a new cluster with the snapshot of another",
  async run(context) {
    const management = await connect(managementKubeconfig);
    const folder = await mkdtemp(join(tmpdir(), "roost-manual-"));
    try {
      return await tryAndRemove(
        `namespace ${home}`,
        () => tryBoth(management, folder, context),
        () => remove(management),
      );
    } finally {
      management.close();
      await rm(folder, { recursive: true });
      await rm("/tmp/etcd.snapshot.db", { force: true });
    }
  },
};
export default test;

async function tryBoth(management: ReplaceableKube, folder: string, context: LongTestContext): Promise<Observed[]> {
  await management.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: home } });
  await create("first");
  const first = await guestOf("first");
  try {
    const back = await tried("8.2: etcd put back on premise", () => onPremise(management, first, context));
    const begun = await tried("8.3: a new cluster with the snapshot", () =>
      newCluster(management, first, folder, context),
    );
    return [back, begun];
  } finally {
    first.close();
  }
}

async function remove(management: ReplaceableKube): Promise<void> {
  for (const { metadata } of await management.list(HostedCluster, { namespace: home })) {
    await hcp("destroy", "cluster", "none", "--name", metadata?.name ?? "", "-n", home);
  }
  await management.delete(Namespace, home);
  await waitForGone(management, Namespace, home, { timeoutMs });
}

async function tried(fault: string, use: () => Promise<Omit<Observed, "fault">>): Promise<Observed> {
  try {
    return { fault, ...(await use()) };
  } catch (error) {
    return { fault, failure: (error as Error).message };
  }
}

const words = (name: string) => [
  "--name",
  name,
  "-n",
  home,
  "--pull-secret",
  ".roost/pull-secret.json",
  ...highlyAvailable,
];
const create = (name: string, ...more: string[]) => hcp("create", "cluster", "none", ...words(name), "--wait", ...more);
const guestOf = async (name: string): Promise<ReplaceableKube> =>
  createKube({ kubeconfig: await hcp("create", "kubeconfig", "--name", name, "-n", home) });
const written = (name: string): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
});

async function untilAvailable(management: ReplaceableKube, name: string, { signal }: LongTestContext): Promise<void> {
  const isSo = ({ status }: HostedCluster) =>
    ["Available", "EtcdAvailable"].every((type) => findCondition(status?.conditions, type)?.status === "True");
  await waitFor(management, HostedCluster, name, isSo, { namespace: home, timeoutMs, signal, what: "be available" });
}

/** All three members have the same data. They are asked one after the other while a control plane writes: so again. */
async function untilSameData(plane: string): Promise<void> {
  const ask = ["etcdctl", "endpoint", "hashkv", "--cluster", "-w", "json"];
  const inPod = ["--kubeconfig", managementKubeconfig, "exec", "-n", plane, "-c", "etcd", "etcd-0", "--"];
  await eventually("three members having the same data", 60, async () => {
    const answer = await run("kubectl", [...inPod, ...ask]);
    const members = JSON.parse(answer) as { Endpoint: string; HashKV: { hash: number } }[];
    if (members.length !== 3) throw new Error(`etcd has ${members.length} members in place of 3`);
    const hashes = members.map(({ HashKV }) => HashKV.hash);
    if (new Set(hashes).size > 1) throw new Error(`their hashes are ${hashes.join(", ")}`);
    return true;
  });
}

async function onPremise(management: ReplaceableKube, guest: ReplaceableKube, context: LongTestContext) {
  const { say, signal } = context;
  await guest.create(written("before"));
  const began = performance.now();
  await runManual(restoreOnPremise, {
    variables: { CLUSTER_NAME: "first", HOSTED_CLUSTER_NAMESPACE: home },
    say,
    signal,
  });
  await untilAvailable(management, "first", context);
  const healedInMs = performance.now() - began;
  // The address follows the API server's pods in its own time.
  await eventually("a write", 60, () => guest.apply(written("after")));
  if (!(await guest.get(ConfigMap, "before", "default"))) return { failure: "what was in the snapshot is not there" };
  await untilSameData(`${home}-first`);
  return { healedInMs };
}

async function newCluster(
  management: ReplaceableKube,
  guest: ReplaceableKube,
  folder: string,
  context: LongTestContext,
): Promise<Omit<Observed, "fault">> {
  const { say, signal } = context;
  await guest.create<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "kept", namespace: "default" },
    data: { a: "Yg==" },
  });
  const store = await startStore(management, folder);
  try {
    const plane = `${home}-first`;
    const variables = { CLUSTER_NAME: "first", home, hosted_cluster_namespace: plane, etcd_pod_name: "etcd-0" };
    // Its server is known by its own authority, which the manual's curl has to be told.
    await run("kubectl", [
      "--kubeconfig",
      managementKubeconfig,
      "cp",
      "-c",
      "etcd",
      store.ca,
      `${plane}/etcd-0:/var/lib/ca.crt`,
    ]);
    const printed = await runManual(takeSnapshot, {
      variables: { ...variables, store: `--cacert /var/lib/ca.crt ${store.url}` },
      namespace: home,
      say,
      signal,
    });
    const key = printed.get(773) ?? "";
    const url = `${store.url}/first-snapshot.db?X-Amz-Security-Token=${"t".repeat(1500)}&X-Amz-Signature=0`;
    const began = performance.now();
    const image = (await management.get(HostedCluster, "first", home))?.spec.release.image ?? "";
    await createFrom("second", { url, key, ca: store.ca, image });
    await untilAvailable(management, "second", context);
    const healedInMs = performance.now() - began;
    const second = await guestOf("second");
    const kept = await second.get(Secret, "kept", "default").finally(() => second.close());
    if (kept?.data?.a !== "Yg==") return { failure: "the Secret of the snapshot cannot be read" };
    await untilSameData(`${home}-second`);
    say("the same with another key");
    const another = Buffer.alloc(32, 7).toString("base64");
    await createFrom("wrong", { url, key: another, ca: store.ca, image });
    const says = ({ status }: HostedCluster) =>
      findCondition(status?.conditions, "EtcdSnapshotRestored")?.message.includes("another key") === true;
    await waitFor(management, HostedCluster, "wrong", says, {
      namespace: home,
      timeoutMs,
      signal,
      what: "name the key",
    });
    const pods = await management.list(Pod, { namespace: `${home}-wrong` });
    const ended = pods.filter(
      ({ metadata, status }) =>
        metadata?.labels?.app?.match(/^(etcd|kube-apiserver)$/) &&
        status?.containerStatuses?.some(({ restartCount }) => restartCount > 0),
    );
    return ended.length > 0 ? { failure: `${ended[0]?.metadata?.name} started anew` } : { healedInMs };
  } finally {
    store.stop();
  }
}

/** What `hcp create cluster --render` prints, with the address, and with this key in its Secret. */
async function createFrom(name: string, from: Record<"url" | "key" | "ca" | "image", string>): Promise<void> {
  const { url, key, ca, image } = from;
  const more = ["--additional-trust-bundle", ca, "--release-image", image, "--expose-through-load-balancer"];
  const text = await hcp("create", "cluster", "none", ...words(name), ...more, "--render", "--render-sensitive");
  const objects = text.split(/^---$/m).flatMap((each) => parse(each) ?? []);
  for (const object of objects) {
    if (object?.kind === "HostedCluster") object.spec.etcd.managed.storage.restoreSnapshotURL = [url];
    if (object?.metadata?.name === `${name}-etcd-encryption-key`) {
      object.data = { key };
      delete object.stringData;
    }
  }
  const yaml = objects.map((each) => stringify(each)).join("---\n");
  await run("kubectl", ["--kubeconfig", managementKubeconfig, "apply", "-f", "-"], yaml);
}

/** A bucket of the manual's: takes what is put there and gives it back, on an address of this computer that pods reach. */
async function startStore(management: ReplaceableKube, folder: string) {
  const node = new URL(management.server).hostname;
  const near = node.slice(0, node.lastIndexOf(".") + 1);
  const addresses = Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address));
  const host = addresses.find((address) => isIP(node) && address.startsWith(near));
  if (!host) throw new Error(`No address of this computer is in the network of ${node}`);
  const authority = createAuthority("store", new Date());
  const pair = issue({ commonName: "store", addresses: [host], usages: ["server"] }, authority, new Date());
  const ca = join(folder, "store-ca.crt");
  await writeFile(ca, authority.certificate);
  const stored = join(folder, "stored");
  const server = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    const done =
      request.method === "PUT"
        ? pipeline(request, createWriteStream(stored)).then(() => response.end())
        : pipeline(createReadStream(stored), response);
    done.catch(() => response.destroy());
  }).listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return { url: `https://${host}:${port}`, ca, stop: () => server.close() };
}
