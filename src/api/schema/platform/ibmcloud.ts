import { object, optional, text } from "../field.ts";

/** The IBM Cloud platform of a hosted cluster or a node pool. */
export const ibmCloudPlatform = object(
  { providerType: optional(text("Kind of infrastructure, such as `VPC` or `Classic`.")) },
  "Nodes are brought by IBM Cloud. Set where type is `IBMCloud`.",
);
