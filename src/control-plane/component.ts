import type { Resource } from "../kube/resource.ts";
import * as rendering from "../rendering/component.ts";
import type { ControlPlane } from "./control-plane.ts";
import { withDefaults } from "./defaults.ts";

/** One program of a hosted control plane, named as the user sees it. */
export interface Component extends rendering.Component<ControlPlane> {
  /** The components without which this one cannot become available. It is first made when they are. */
  needs: readonly string[];
  /** True where its programs wait for what they need by themselves, so that a new control plane has it at once, to save time. */
  waitsByItself?: boolean;
  /** How soon its pods are evicted: "critical" for what the API needs, "etcd" last of all. */
  priority?: "normal" | "critical" | "etcd";
  /**
   * Mounted files that its programs look at while they run, as `ConfigMap/name` or, one key of it, `Secret/name/key`: no
   * pod starts anew with them.
   */
  follows?: readonly string[];
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
  return withDefaults(component, plane, rendering.objectsOf(component, plane));
}
