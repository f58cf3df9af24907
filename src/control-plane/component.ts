import type { Resource } from "../kube/resource.ts";
import type { ControlPlane } from "./control-plane.ts";
import { withDefaults } from "./defaults.ts";

/** Renders one object, or nothing where this control plane does not need it. Pure: same facts, same object. */
export type Manifest = (plane: ControlPlane) => Resource | undefined;

/** One program of a hosted control plane, named as the user sees it. */
export interface Component {
  name: string;
  /** The components without which this one cannot become available. It is first made when they are. */
  needs: readonly string[];
  /** True where its programs wait for what they need by themselves, so that a new control plane has it at once, to save time. */
  waitsByItself?: boolean;
  /** False where this control plane has no such component. */
  isNeeded?: (plane: ControlPlane) => boolean;
  /** How soon its pods are evicted: "critical" for what the API needs, "etcd" last of all. */
  priority?: "normal" | "critical" | "etcd";
  /**
   * Mounted files that its programs look at while they run, as `ConfigMap/name` or, one key of it, `Secret/name/key`: no
   * pod starts anew with them.
   */
  follows?: readonly string[];
  manifests: readonly Manifest[];
}

/** The certificate and key of a Secret, for `follows`. */
export const certificateOf = (secret: string) => [`Secret/${secret}/tls.crt`, `Secret/${secret}/tls.key`];

/** The label that every rendered object carries: which component it belongs to. */
export const componentLabelName = "hypershift.openshift.io/control-plane-component";

export function componentLabel(component: string): Record<string, string> {
  return { [componentLabelName]: component };
}

/** The component's objects with what all components get. */
export function render(component: Component, plane: ControlPlane): Resource[] {
  if (component.isNeeded?.(plane) === false) return [];
  const resources = component.manifests.flatMap((manifest) => manifest(plane) ?? []);
  return withDefaults(component, plane, resources);
}

/** The manifest only where the condition holds. */
export function when(condition: (plane: ControlPlane) => boolean, manifest: Manifest): Manifest {
  return (plane) => (condition(plane) ? manifest(plane) : undefined);
}
