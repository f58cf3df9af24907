import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import { durableRecordName } from "../../api/durable-record-name.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { ownedNamespace } from "../../api/owned-namespace.ts";
import type { Log } from "../../kube/controller.ts";
import { type ConfigMap, Secret } from "../../kube/kinds.ts";
import { type TakenSnapshot, type TakeSnapshotOptions, takeSnapshot } from "../etcd/take-snapshot.ts";
import { findManifest } from "../find-manifest.ts";
import { backupPath, begunKey, type Manifest, manifestKey, objectsKey, snapshotKey } from "../manifest.ts";
import { putPart } from "../put-part.ts";
import type { Store } from "../store/store.ts";
import { collectObjects } from "./collect-objects.ts";
import { lacking } from "./lacking.ts";
import type { Recorded } from "./recorded.ts";

export interface MakeBackupOptions extends Omit<TakeSnapshotOptions, "namespace"> {
  log: Log;
  now: () => Date;
  store: Store;
  /** Whom the parts are encrypted for (`age1...`); for nobody where empty. */
  recipients: readonly string[];
  cluster: { namespace: string; name: string };
  backup: { name: string; uid: string };
  /** Of each pod another: one that was given up may still write, and the manifest is to name what one of them wrote. */
  attempt: string;
}

/**
 * Makes a backup of a hosted cluster: its etcd, then all objects that belong to it, then the manifest that makes them a
 * backup. Can be run again at any point: one that is complete is left as it is, and of one that is not, each part is
 * written anew.
 */
export async function makeBackup(options: MakeBackupOptions): Promise<Manifest> {
  const { store, backup, attempt, signal, log, now } = options;
  const path = backupPath(options.cluster, backup.name);
  const present = await findManifest(store, path, signal);
  if (present?.backup.uid === backup.uid) return present;
  if (present) {
    throw new Error(
      `Cannot make the backup ${path}: another one of this name, made at ${present.madeAt}, lies in the location; choose another name`,
    );
  }
  const { cluster, etcd, objects, objectCounts, snapshot } = await consistentLook(options);
  const putting = { store, path, recipients: options.recipients, signal };
  await store.put(`${path}/${attempt}.${begunKey}`, asChunks(now().toISOString()), { signal });
  const parts = [
    await putPart(putting, `${attempt}.${snapshotKey}`, createReadStream(snapshot)),
    await putPart(putting, `${attempt}.${objectsKey}`, asChunks(JSON.stringify(objects))),
  ];
  await rm(snapshot, { force: true });
  const manifest: Manifest = {
    version: 1,
    backup,
    cluster: identityOf(cluster),
    madeAt: now().toISOString(),
    release: {
      image: cluster.spec.release.image,
      version: cluster.status?.version?.history?.find(({ state }) => state === "Completed")?.version,
    },
    parts,
    etcd,
    objectCounts,
    objects: objects.map(({ facts }) => facts),
    durableRecord: recordAmong(objects, controlPlaneNamespace(cluster)),
  };
  await store.put(`${path}/${manifestKey}`, asChunks(JSON.stringify(manifest, null, 2)), { signal });
  log.info({ path, revision: etcd.revision, objects: objects.length }, "made a backup");
  return manifest;
}

interface Look extends TakenSnapshot {
  cluster: HostedCluster;
  objects: Recorded[];
}

/**
 * etcd and the objects around it that go together: the objects are read after the snapshot, so the keys that it was
 * encrypted with are among them, and all of it once more where these were changed in between.
 */
async function consistentLook(options: MakeBackupOptions): Promise<Look> {
  for (let attempt = 1; ; attempt++) {
    const cluster = await findCluster(options);
    const before = await encryptionOf(options, cluster);
    const found = await takeSnapshot({ ...options, namespace: controlPlaneNamespace(cluster) });
    const objects = await collectObjects(options.kube, cluster, options.signal);
    if ((await encryptionOf(options, cluster)) === before) {
      const problems = lacking(objects);
      if (problems.length === 0) return { cluster, objects, ...found };
      throw new Error(
        `Cannot back up ${keyOf(options)}: ${problems.join("; ")}; nothing could be restored from such a backup: put it back from an earlier one`,
      );
    }
    if (attempt === 3) {
      throw new Error(
        `Cannot back up ${keyOf(options)}: its encryption keys changed each time while the snapshot was taken; wait until EtcdDataEncryptionUpToDate is True`,
      );
    }
    options.log.info({ attempt }, "encryption keys changed meanwhile");
  }
}

async function findCluster({ kube, signal, cluster: { name, namespace } }: MakeBackupOptions): Promise<HostedCluster> {
  const cluster = await kube.get(HostedCluster, name, namespace, { signal });
  if (!cluster) throw new Error(`Cannot back up ${namespace}/${name}: there is no such HostedCluster`);
  if (cluster.metadata?.deletionTimestamp) {
    throw new Error(`Cannot back up ${namespace}/${name}: it is being deleted`);
  }
  if (cluster.spec.etcd?.managementType !== "Managed") {
    throw new Error(`Cannot back up ${namespace}/${name}: its etcd is kept by somebody else; back it up there`);
  }
  const plane = await ownedNamespace(kube, cluster, { signal });
  if (!plane.owned) {
    throw new Error(
      `Cannot back up ${namespace}/${name}: the namespace ${plane.name} is not its control plane's; see the conditions of the HostedCluster`,
    );
  }
  return { ...cluster, apiVersion: HostedCluster.apiVersion, kind: HostedCluster.kind };
}

async function encryptionOf({ kube, signal }: MakeBackupOptions, cluster: HostedCluster): Promise<string | undefined> {
  const secret = await kube.get(Secret, "kube-apiserver-encryption", controlPlaneNamespace(cluster), { signal });
  return secret && `${secret.metadata?.uid} ${secret.metadata?.resourceVersion}`;
}

function identityOf({ metadata = {}, spec }: HostedCluster): Manifest["cluster"] {
  const { name = "", namespace = "", uid = "" } = metadata;
  return { namespace, name, uid, infraID: spec.infraID, clusterID: spec.clusterID };
}

function recordAmong(objects: readonly Recorded[], namespace: string): Record<string, unknown> {
  const found = objects.find(
    ({ facts }) => facts.kind === "ConfigMap" && facts.namespace === namespace && facts.name === durableRecordName,
  );
  const { data = {} } = (found?.object ?? {}) as ConfigMap;
  return Object.fromEntries(Object.entries(data).map(([part, text]) => [part, JSON.parse(text)]));
}

const keyOf = ({ cluster }: MakeBackupOptions) => `${cluster.namespace}/${cluster.name}`;

async function* asChunks(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
