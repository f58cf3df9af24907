import type { ObjectMeta, OwnerReference, Resource } from "../../kube/resource.ts";
import type { Recorded } from "../backup/recorded.ts";

/** On each object that a restore has made: the uid of that Restore. Nothing else is taken for made by it. */
export const madeByAnnotation = "recovery.roost.dev/made-by";

export interface RemadeFacts {
  /** Of objects that are there again: by the uid that each had, the one that it has now. */
  uids: ReadonlyMap<string, string>;
  /** The uid of the Restore. */
  madeBy: string;
}

/** An object as it is made again, in three writes, because the server takes no more at once. */
export interface Remade {
  object: Resource;
  /** Who wrote which of its fields: else what their writers leave out later would stay for ever. */
  managedFields?: NonNullable<ObjectMeta["managedFields"]>;
  /** What no controller finds again by itself. */
  status?: object;
}

/**
 * A recorded object as it is made again. Owners that are there no more are left out, because with one of them the
 * garbage collector takes the object away; and finalizers, which those set who still serve them, but where the object
 * was being deleted and is to be again.
 */
export function remade({ facts, object }: Recorded, { uids, madeBy }: RemadeFacts): Remade {
  const { status, metadata, ...content } = renamed(object, uids) as Resource & { status?: object };
  const { finalizers, managedFields, annotations, ...identity } = metadata ?? {};
  const ownerReferences = ownersNow(facts.owners, uids);
  const kept = managedFields?.filter((each) => !("subresource" in each));
  // That of Kubernetes' own objects says how they are here.
  const putBack = status && object.apiVersion !== "v1" && statusToPutBack(status);
  return {
    object: {
      ...content,
      metadata: {
        ...identity,
        annotations: { ...annotations, [madeByAnnotation]: madeBy },
        ...(ownerReferences.length > 0 && { ownerReferences }),
        ...(facts.deleting && finalizers && { finalizers }),
      },
    },
    ...(kept && kept.length > 0 && { managedFields: kept }),
    ...(putBack && Object.keys(putBack).length > 0 && { status: putBack }),
  };
}

function ownersNow(owners: Recorded["facts"]["owners"], uids: ReadonlyMap<string, string>): OwnerReference[] {
  return owners.flatMap((owner) => {
    const uid = uids.get(owner.uid);
    return uid ? [{ ...owner, uid }] : [];
  });
}

/**
 * How well something is will be found again, and until then nobody knows; and a recovery that was asked of another
 * control plane is over.
 */
function statusToPutBack(status: object): object {
  const { conditions: _conditions, recovery: _recovery, ...rest } = status as Record<string, unknown>;
  return rest;
}

/** The same with the new uid wherever a text is, or names in a field's path, the uid that an object had. */
function renamed(value: unknown, uids: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") return uids.get(value) ?? value;
  if (Array.isArray(value)) return value.map((each) => renamed(each, uids));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [pathNow(key, uids), renamed(each, uids)]));
}

/** `k:{"uid":"..."}` is how managed fields name an owner. */
function pathNow(key: string, uids: ReadonlyMap<string, string>): string {
  return key.replace(/^k:\{"uid":"([^"]+)"\}$/, (whole, uid: string) =>
    uids.has(uid) ? `k:{"uid":"${uids.get(uid)}"}` : whole,
  );
}
