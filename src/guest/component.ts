import type { Deployment } from "../kube/kinds.ts";
import type { Resource } from "../kube/resource.ts";
import * as rendering from "../rendering/component.ts";
import type { Facts } from "./facts.ts";

/** One thing that is kept right inside a hosted cluster. */
export interface Component extends rendering.Component<Facts> {
  /** The ClusterOperator that reports on its workloads. */
  clusterOperator?: string;
  /** Holds what nodes are cut off without once the former ends: new content of it goes there also while paused. */
  keepsNodes?: boolean;
}

const componentLabel = "hypershift.openshift.io/hosted-cluster-component";

/** What every rendered object carries, so that it is found again when it is no longer rendered. */
export const managedLabels = { "hypershift.openshift.io/managed-by": "control-plane-operator" } as const;

/** The component that an object in the hosted cluster was rendered by. */
export function componentOf(object: Resource): string | undefined {
  return object.metadata?.labels?.[componentLabel];
}

/** The component's objects, with what all of them get. */
export function render(component: Component, facts: Facts): Resource[] {
  return rendering.objectsOf(component, facts).map((object) => withDefaults(component, facts, object));
}

function withDefaults(component: Component, { release }: Facts, object: Resource): Resource {
  const { metadata } = object;
  const workload = isWorkload(object);
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...metadata?.labels, ...managedLabels, [componentLabel]: component.name },
      ...(workload && { annotations: { ...metadata?.annotations, [versionAnnotation]: release.version } }),
    },
  };
}

/** On workloads: the release that they come from. */
export const versionAnnotation = "release.openshift.io/version";

/** Whether the object runs pods. Deployments and DaemonSets look the same where it matters here. */
export function isWorkload(object: Resource): object is Deployment {
  return object.kind === "Deployment" || object.kind === "DaemonSet";
}
