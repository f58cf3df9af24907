import { heldAnnotation, heldByAnnotation } from "../../api/held.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { isAlreadyExists } from "../../kube/api-error.ts";
import type { Kind } from "../../kube/kind.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Recorded } from "../backup/recorded.ts";
import { ensureHostNamespaces } from "./host-namespaces.ts";
import type { LookOptions } from "./look-at-objects.ts";
import { presentObject } from "./present-object.ts";
import { Refused } from "./refused.ts";
import { madeByAnnotation, type Remade, remade } from "./remade.ts";
import { restorableKind } from "./restorable-kinds.ts";

/**
 * Makes a backup's objects again, in the order that they come in, and gives how many. Can be run again at any point: of
 * what it finds it knows by its mark what it has made itself, and writes over nothing else.
 */
export async function makeObjects({ kube, signal, objects, madeBy }: LookOptions): Promise<number> {
  const uids = new Map<string, string>();
  let made = 0;
  await holdPresent({ kube, signal, objects, madeBy });
  await ensureHostNamespaces({ kube, signal, objects, madeBy });
  const going: { kind: Kind; object: Resource }[] = [];
  for (const each of objects) {
    const kind = restorableKind(each.facts);
    if (!kind) throw new Error(`Cannot restore a ${each.facts.kind}: no backup holds any`);
    const wanted = remade(each, { uids, madeBy });
    const { object, isMade } = await ensureObject({ kube, signal }, kind, each, wanted, madeBy);
    uids.set(each.facts.uid, object.metadata?.uid ?? "");
    if (!isMade) continue;
    made++;
    if (each.facts.deleting) going.push({ kind, object });
  }
  // Held by their finalizers: they go once somebody may act on them again.
  for (const { kind, object } of going) {
    const { name = "", namespace, uid } = object.metadata ?? {};
    await kube.delete(kind, name, namespace, { uid, signal });
  }
  return made;
}

/** A HostedCluster that outlived its control plane would bring it about anew as soon as there is half of it. */
async function holdPresent({ kube, signal, objects, madeBy }: LookOptions): Promise<void> {
  for (const each of objects.filter(({ facts }) => facts.kind === HostedCluster.kind)) {
    const { name, namespace } = each.facts;
    const present = await presentObject({ kube, signal }, HostedCluster, each, madeBy);
    if (present.is !== "kept") continue;
    const annotations = { [heldAnnotation]: "everything", [heldByAnnotation]: madeBy };
    const metadata = { uid: each.facts.uid, annotations };
    await kube.patch(HostedCluster, name, namespace, { metadata }, { signal });
  }
}

type Means = Pick<LookOptions, "signal"> & { kube: Kube };

async function ensureObject(
  { kube, signal }: Means,
  kind: Kind,
  recorded: Recorded,
  wanted: Remade,
  madeBy: string,
): Promise<{ object: Resource; isMade: boolean }> {
  const { name, namespace } = recorded.facts;
  const present = await presentObject({ kube, signal }, kind, recorded, madeBy);
  if (present.is === "another") throw inTheWay(recorded);
  if (present.is === "kept") return { object: present.object, isMade: false };
  const object = present.is === "made" ? present.object : await create({ kube, signal }, wanted.object, recorded);
  if (wanted.managedFields && hasMaker(object)) {
    const metadata = { managedFields: wanted.managedFields };
    await kube.patch(kind, name, namespace, { metadata }, { signal });
  }
  // What controllers have said of it meanwhile stays.
  if (wanted.status) {
    await kube.patch(kind, name, namespace, { status: wanted.status }, { subresource: "status", signal });
  }
  return { object, isMade: true };
}

async function create({ kube, signal }: Means, object: Resource, recorded: Recorded): Promise<Resource> {
  try {
    return await kube.create(object, { signal });
  } catch (error) {
    if (isAlreadyExists(error)) throw inTheWay(recorded);
    throw error;
  }
}

/** Whether its fields, and so the mark, are still down to who made it, who will never write them again. */
function hasMaker({ metadata }: Resource): boolean {
  return metadata?.managedFields?.some((each) => JSON.stringify(each).includes(`"f:${madeByAnnotation}"`)) ?? false;
}

function inTheWay({ facts: { kind, namespace, name } }: Recorded): Refused {
  return new Refused(`${kind} ${namespace ? `${namespace}/` : ""}${name} was made by somebody else meanwhile`);
}
