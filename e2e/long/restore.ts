import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { createKube } from "../../src/kube/create-kube.ts";
import { Pod } from "../../src/kube/kinds.ts";
import type { Kube } from "../../src/kube/kube.ts";
import { flipByte, makeBackupVolume, removeBackupLocation } from "../backup-volume.ts";
import { deathsOf } from "../deaths-of.ts";
import { connect, managementKubeconfig } from "../environment.ts";
import { eventually } from "../eventually.ts";
import { backUp, type PutBack, putBack, type Restorable, untilOperation } from "../put-back.ts";
import { attempt, hcp, root } from "../shell.ts";
import { kubeconfigOf, type TestCluster, withCluster } from "../with-cluster.ts";
import type { LongTest, LongTestContext, Observed } from "./long-test.ts";

/** Where the backups are: on a volume, on one with encryption, and in a bucket. */
const locations = { volume: "e2e-restore", encrypted: "e2e-restore-encrypted", bucket: "e2e-restore-bucket" };

interface Fault extends PutBack {
  fault: string;
}

/** Puts clusters back to backups in place, through the deaths of all who take part. */
const test: LongTest = {
  title: "a cluster is put back in place, or is as it was, whoever dies, and its workers notice nothing",
  async run(context) {
    const management = await connect(managementKubeconfig);
    try {
      return [
        ...(await tryOne(management, { name: "restored", hosts: ["restored-1", "restored-2"], nodes: 2 }, context)),
        ...(await tryOne(management, { name: "restored-ha", hosts: [], nodes: 0, highlyAvailable: true }, context)),
      ];
    } finally {
      management.close();
    }
  },
};
export default test;

type Size = Pick<TestCluster, "name" | "hosts" | "nodes" | "highlyAvailable">;

function tryOne(management: Kube, size: Size, context: LongTestContext): Promise<Observed[]> {
  const cluster = { ...size, baseDomain: "roost.test", ...context };
  return withCluster(management, cluster, async () => {
    const hosted = await createKube({ kubeconfig: await kubeconfigOf(cluster) });
    const subject = { management, hosted, name: cluster.name, namespace: `e2e-${cluster.name}` };
    try {
      const tried = cluster.highlyAvailable ? tryThree(subject, context) : tryAll(subject, context);
      return await tried;
    } finally {
      hosted.close();
    }
  });
}

async function tryAll(subject: Restorable, context: LongTestContext): Promise<Observed[]> {
  const { management } = subject;
  const folder = await mkdtemp(join(tmpdir(), "roost-restore-"));
  let claims: string[] = [];
  try {
    const encrypted = await encryption(folder);
    const claim = await makeBackupVolume(management, locations.volume);
    claims = [claim, await makeBackupVolume(management, locations.encrypted, ...encrypted)];
    const faults: Fault[] = [
      { fault: "nothing dies", backup: "plain" },
      { fault: "the backup is encrypted", backup: "encrypted" },
      ...deaths(subject),
      { fault: "the snapshot was changed in the store", backup: "changed", says: /SHA-256.*The cluster is as it was/ },
      { fault: "the backup is in a bucket", backup: "bucket" },
    ];
    await backUp(subject, "plain", locations.volume);
    await backUp(subject, "encrypted", locations.encrypted);
    await backUp(subject, "changed", locations.volume);
    await flipByte(management, claim, `${subject.namespace}/${subject.name}/changed`);
    await makeBucket();
    await backUp(subject, "bucket", locations.bucket);
    return await inTurn(subject, faults, context);
  } finally {
    await removeBackupLocation(management, locations.bucket);
    await attempt("./hcp", ["local", "s3", "remove"]);
    await removeBackupLocation(management, locations.volume, claims[0]);
    await removeBackupLocation(management, locations.encrypted, claims[1]);
    await rm(folder, { recursive: true });
  }
}

async function tryThree(subject: Restorable, context: LongTestContext): Promise<Observed[]> {
  const { management } = subject;
  const claim = await makeBackupVolume(management, locations.volume);
  try {
    await backUp(subject, "plain-ha", locations.volume);
    const killed = "a member of etcd is killed while it is restored";
    const faults = [
      { fault: "nothing dies", backup: "plain-ha" },
      { fault: killed, backup: "plain-ha", meanwhile: () => killMember(subject, "etcd-1") },
    ].map(({ fault, ...rest }) => ({ fault: `three replicas: ${fault}`, ...rest }));
    return await inTurn(subject, faults, context);
  } finally {
    await removeBackupLocation(management, locations.volume, claim);
  }
}

async function inTurn(subject: Restorable, faults: readonly Fault[], context: LongTestContext): Promise<Observed[]> {
  const rows: Observed[] = [];
  for (const fault of faults) {
    if (context.signal.aborted) break;
    rows.push(await observe(subject, fault, context));
  }
  return rows;
}

async function observe(subject: Restorable, { fault, ...how }: Fault, { say }: LongTestContext): Promise<Observed> {
  say(fault);
  try {
    const { outageMs, tookMs, operations } = await putBack(subject, how);
    say(`${Math.round(tookMs / 1000)} s: ${operations}`);
    return { fault, outageMs, healedInMs: tookMs };
  } catch (error) {
    return { fault, failure: (error as Error).message };
  }
}

/** Whoever takes part dies at each operation, or at the one that it takes part in. */
function deaths(subject: Restorable): Fault[] {
  const { management, name, namespace } = subject;
  const die = deathsOf(`${namespace}-${name}`);
  const operations = ["serve", "stop", "restore-etcd", "compare", "start", "prove"];
  const atEach = (who: string) => async () => {
    for (const operation of operations) {
      await untilOperation(subject, operation);
      await die[who]?.(management);
    }
  };
  return [
    ...["the operator", "the control-plane-operator"].map((who) => ({
      fault: `${who} dies at each operation`,
      backup: "plain",
      meanwhile: atEach(who),
    })),
    { fault: "the Job that serves the snapshot loses its pod", backup: "plain", meanwhile: () => killServer(subject) },
    {
      fault: "the member of etcd is killed while it is restored",
      backup: "plain",
      meanwhile: () => killMember(subject, "etcd-0"),
    },
  ];
}

async function killServer(subject: Restorable): Promise<void> {
  const { metadata } = await untilOperation(subject, "restore-etcd");
  const labels = { "batch.kubernetes.io/job-name": `restore-${metadata?.uid}` };
  for (const pod of await subject.management.list(Pod, { namespace: "hypershift", labels })) {
    await subject.management.delete(Pod, pod.metadata?.name ?? "", "hypershift", { gracePeriodSeconds: 1 });
  }
}

async function killMember(subject: Restorable, member: string): Promise<void> {
  const { management, name, namespace } = subject;
  const plane = `${namespace}-${name}`;
  await untilOperation(subject, "restore-etcd");
  const pod = await eventually(`the pod ${member}`, 120, async () => {
    const found = await management.get(Pod, member, plane);
    return found?.status?.phase === "Running" && !found.metadata?.deletionTimestamp && found;
  });
  await management.delete(Pod, member, plane, { uid: pod.metadata?.uid, gracePeriodSeconds: 1 });
}

/** A key of age as the flags of a location. */
async function encryption(folder: string): Promise<string[]> {
  const identity = await generateIdentity();
  const file = join(folder, "keys.txt");
  await writeFile(file, `${identity}\n`, { mode: 0o600 });
  return ["--age-recipient", await identityToRecipient(identity), "--age-identities", file];
}

async function makeBucket(): Promise<void> {
  await hcp("local", "s3", "add");
  const at = (name: string) => join(root, ".roost", "s3", name);
  const words = [
    "--s3-endpoint",
    await readFile(at("endpoint"), "utf8"),
    "--bucket",
    await readFile(at("bucket"), "utf8"),
  ];
  words.push("--ca", at("ca.crt"), "--credentials", at("credentials"));
  await hcp("create", "backup-location", "--name", locations.bucket, ...words);
}
