import type { Static } from "typebox";
import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { hostedControlPlaneSpec, hostedControlPlaneStatus } from "./schema/hosted-control-plane.ts";

/** What the operator asks of a hosted cluster's control-plane-operator. */
export type HostedControlPlane = Resource & {
  spec: Static<typeof hostedControlPlaneSpec>;
  status?: Static<typeof hostedControlPlaneStatus>;
};
export const HostedControlPlane = kind<HostedControlPlane>(
  "hypershift.openshift.io/v1beta1",
  "HostedControlPlane",
  "hostedcontrolplanes",
);
