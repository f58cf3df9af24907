import type { Static } from "typebox";
import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { controlPlaneComponentSpec, controlPlaneComponentStatus } from "./schema/control-plane-component.ts";

/** How one component of a control plane is. */
export type ControlPlaneComponent = Resource & {
  spec?: Static<typeof controlPlaneComponentSpec>;
  status?: Static<typeof controlPlaneComponentStatus>;
};
export const ControlPlaneComponent = kind<ControlPlaneComponent>(
  "hypershift.openshift.io/v1beta1",
  "ControlPlaneComponent",
  "controlplanecomponents",
);
