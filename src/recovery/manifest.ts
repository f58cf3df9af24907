import type { OwnerReference } from "../kube/resource.ts";

/**
 * What a backup says of itself: `manifest.json` beside its parts, written last. Without it there is no backup. It is
 * never encrypted and holds no secret, so that a store alone tells what there is to restore.
 */
export interface Manifest {
  version: 1;
  /** The Backup that it was made for: another one of the same name is another backup. */
  backup: { name: string; uid: string };
  cluster: { namespace: string; name: string; uid: string; infraID?: string; clusterID?: string };
  madeAt: string;
  release: { image: string; version?: string };
  parts: Part[];
  etcd: EtcdFacts;
  /** How many objects of each resource were in the hosted cluster, by the path etcd keeps them under. */
  objectCounts: Record<string, number>;
  /** What `objects.json` holds, in the order in which it can be restored. */
  objects: ObjectFacts[];
  /** What the control plane had once been (its ConfigMap `durable-record`), by part. */
  durableRecord: Record<string, unknown>;
}

export interface Part {
  /** Below the backup's own path. */
  key: string;
  /** Of what lies in the store, in hexadecimal. */
  sha256: string;
  bytes: number;
  encrypted: boolean;
  /** Of what was encrypted. */
  plainSha256?: string;
}

export interface EtcdFacts {
  clusterID: string;
  /** Identifiers by name. */
  members: Record<string, string>;
  /** The snapshot's, as `etcdutl snapshot status` tells them. */
  revision: number;
  hash: string;
  keys: number;
  bytes: number;
  version?: string;
}

/** What is kept of an object's identity, which a restored one does not have. */
export interface ObjectFacts {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
  uid: string;
  resourceVersion?: string;
  owners: Pick<OwnerReference, "apiVersion" | "kind" | "name" | "uid" | "controller" | "blockOwnerDeletion">[];
  /** It was being deleted. */
  deleting?: true;
}

/** The parts of a backup, each with the attempt that wrote it in front, and the manifest that makes it one. */
export const manifestKey = "manifest.json";
export const snapshotKey = "snapshot.db";
export const objectsKey = "objects.json";
/** Written first by each attempt: tells whoever deletes the backup what to look for. */
export const begunKey = "begun";

/** The part of this kind, whichever attempt wrote it. */
export function partOf({ parts }: Pick<Manifest, "parts">, kind: string): Part | undefined {
  return parts.find(({ key }) => key.replace(/\.age$/, "").endsWith(`.${kind}`));
}

/** Where a backup lies below its location's prefix. */
export function backupPath(cluster: { namespace: string; name: string }, backup: string): string {
  return `${cluster.namespace}/${cluster.name}/${backup}`;
}

/** What lies in the place of a manifest is none that this version reads. */
export class UnreadableManifest extends Error {}

/** The manifest as it was written, or an error that says what lies there instead. */
export function readManifest(text: string, path: string): Manifest {
  const manifest = parsed(text);
  const isWhole = manifest?.version === 1 && Array.isArray(manifest.parts);
  if (isWhole && manifest.backup && manifest.cluster && manifest.etcd) return manifest;
  const found = manifest === undefined ? "it is no JSON" : `its version is ${manifest.version}`;
  throw new UnreadableManifest(`Cannot read the manifest of the backup ${path}: ${found}; restore from another backup`);
}

function parsed(text: string): Manifest | undefined {
  try {
    return JSON.parse(text) as Manifest;
  } catch {
    return undefined;
  }
}
