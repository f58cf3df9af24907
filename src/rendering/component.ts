import type { Resource } from "../kube/resource.ts";

/** Renders one object, several, or nothing where these facts want none. Pure: same facts, same objects. */
export type Manifest<Facts> = (facts: Facts) => Resource | readonly Resource[] | undefined;

/** One thing that is rendered from facts, applied, and pruned when it is no longer rendered. */
export interface Component<Facts> {
  /** As its folder. */
  name: string;
  /** False where these facts want no such component. Then what is there of it goes. */
  isNeeded?: (facts: Facts) => boolean;
  /** False while a fact is missing that it cannot be rendered without. Then what is there of it stays. */
  canRender?: (facts: Facts) => boolean;
  manifests: readonly Manifest<Facts>[];
}

/** The component's own objects, without what all of its kind get. */
export function objectsOf<Facts>(component: Component<Facts>, facts: Facts): Resource[] {
  if (component.isNeeded?.(facts) === false) return [];
  return component.manifests.flatMap((manifest) => manifest(facts) ?? []);
}
