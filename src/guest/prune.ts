import type { Kind } from "../kube/kind.ts";
import type { Kube } from "../kube/kube.ts";
import type { Resource } from "../kube/resource.ts";
import { type Component, componentOf, managedLabels } from "./component.ts";

export interface PruneOptions {
  kube: Kube;
  kinds: readonly Kind[];
  /** Components that cannot be rendered now: what is there of them stays. */
  waiting: readonly Component[];
  rendered: readonly Resource[];
  fieldManager: string;
}

/** Deletes what was rendered once and is no longer. Copies that somebody made of our objects are not ours. */
export async function prune({ kube, kinds, waiting, rendered, fieldManager }: PruneOptions): Promise<void> {
  const wanted = new Set(rendered.map(nameOf));
  for (const kind of kinds) {
    for (const object of await kube.list(kind, { labels: managedLabels })) {
      const stays = wanted.has(nameOf(object)) || waiting.some(({ name }) => name === componentOf(object));
      if (stays || !isAppliedBy(object, fieldManager)) continue;
      const { name = "", namespace, uid } = object.metadata ?? {};
      await kube.delete(kind, name, namespace, { uid });
    }
  }
}

function nameOf({ kind, metadata }: Resource): string {
  return `${kind}/${metadata?.namespace ?? ""}/${metadata?.name}`;
}

function isAppliedBy(object: Resource, fieldManager: string): boolean {
  const { managedFields = [] } = (object.metadata ?? {}) as {
    managedFields?: { manager?: string; operation?: string }[];
  };
  return managedFields.some(({ manager, operation }) => manager === fieldManager && operation === "Apply");
}
