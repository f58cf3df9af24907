import { createHash } from "node:crypto";
import type { Informers } from "./informer.ts";
import type { Kind } from "./kind.ts";
import type { ApplyOptions, Kube } from "./kube.ts";
import { overrideKube } from "./override-kube.ts";
import type { ObjectMeta, OwnerReference, Resource } from "./resource.ts";
import { same } from "./status-patch.ts";

/** What was applied for one owner, to leave out what would change nothing. */
export type Applied = Map<string, { hash: string; version: string; epoch: number; object: Resource }>;

export interface OwningKubeOptions {
  /** Nothing where what is applied has no owner. */
  owner?: Resource;
  kind: Kind;
  fieldManager: string;
  applied: Applied;
  /** What watches see: only what they follow can be known to be unchanged. */
  watched: Pick<Informers, "follows" | "version" | "epoch" | "whole">;
}

/**
 * A client for one pass over one object. What it applies in the namespace of that object (or anywhere, where the
 * object itself is outside namespaces) gets it as its controlling owner, unless the manifest has `ownerReferences` of
 * its own (an empty list for none). An apply is answered from memory where the manifest is the same as last time and a
 * watch shows that the object has not changed since; where it is kept whole, but for its status, which is then as it is
 * now.
 */
export function owningKube(kube: Kube, options: OwningKubeOptions): Kube {
  const { owner, kind, fieldManager, applied, watched } = options;
  const reference = owner && ownerReference(owner, kind);

  async function apply<R extends Resource>(manifest: R, applyOptions: ApplyOptions = {}): Promise<R> {
    const object = reference && mayOwn(owner, manifest) ? withOwner(manifest, reference) : manifest;
    const asked = { fieldManager, ...applyOptions };
    const key = `${kube.server}|${keyOf(object, asked)}`;
    // The uid says which object is meant, and is nothing to write.
    const { uid, ...metadata } = object.metadata ?? {};
    const hash = createHash("sha1")
      .update(JSON.stringify({ ...object, metadata }))
      .digest("base64");
    const last = applied.get(key);
    const { epoch } = watched;
    const isMeant = uid === undefined || uid === last?.object.metadata?.uid;
    if (last?.hash === hash && isMeant && last.epoch === epoch && !asked.dryRun) {
      const present = watched.version(object) === last.version ? last.object : watched.whole(object);
      const isAsApplied = present === last.object || (!asked.subresource && isStill(last.object, present));
      if (present && isAsApplied) return structuredClone(present) as R;
    }
    const answer = await kube.apply(object, asked);
    const seen = answer.metadata?.resourceVersion;
    if (seen && !asked.dryRun && watched.follows(object)) {
      applied.set(key, { hash, version: seen, epoch, object: trimmed(answer) });
    } else applied.delete(key);
    return answer;
  }

  return overrideKube(kube, { apply });
}

/** The reference that makes an object the controlling owner of another. */
export function ownerReference(owner: Resource, { apiVersion, kind }: Kind): OwnerReference {
  const { name = "", uid = "" } = owner.metadata ?? {};
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

function mayOwn(owner: Resource, object: Resource): boolean {
  if (object.metadata?.ownerReferences) return false;
  const isItself =
    object.kind === owner.kind &&
    object.metadata?.name === owner.metadata?.name &&
    object.metadata?.namespace === owner.metadata?.namespace;
  if (isItself) return false;
  const namespace = owner.metadata?.namespace;
  return namespace === undefined || namespace === object.metadata?.namespace;
}

const withOwner = <R extends Resource>(object: R, reference: OwnerReference): R => ({
  ...object,
  metadata: { ...object.metadata, ownerReferences: [reference] },
});

const keyOf = ({ apiVersion, kind, metadata }: Resource, { fieldManager, subresource }: ApplyOptions) =>
  [apiVersion, kind, metadata?.namespace, metadata?.name, subresource, fieldManager].join("|");

/**
 * Whether an object is still as it was answered when it was applied, but for its status, and labels, annotations and
 * finalizers that others have put there since. Other fields that they own count as a change, which is then written over
 * once.
 */
function isStill(applied: Resource, present: Resource | undefined): boolean {
  if (!present || !same(withoutNotes(present), withoutNotes(applied))) return false;
  const now = notes(present);
  return notes(applied).every((note) => now.includes(note));
}

/** What others may add to without changing what is ours. */
function notes({ metadata: { labels, annotations, finalizers = [] } = {} }: Resource): string[] {
  const named = Object.entries({ labels, annotations }).flatMap(([field, values = {}]) =>
    Object.entries(values).map((entry) => JSON.stringify([field, ...entry])),
  );
  return [...named, ...finalizers];
}

function withoutNotes(object: Resource & { status?: unknown }): object {
  const { status: _, metadata = {}, ...rest } = object;
  const known: Partial<ObjectMeta> = { ...metadata };
  // The API server counts a new annotation of a Deployment as a generation.
  for (const field of ["labels", "annotations", "finalizers", "resourceVersion", "generation"] as const)
    delete known[field];
  return { ...rest, metadata: known };
}

function trimmed<R extends Resource>(object: R): R {
  const copy = structuredClone(object);
  if (copy.metadata) delete (copy.metadata as { managedFields?: unknown }).managedFields;
  return copy;
}
