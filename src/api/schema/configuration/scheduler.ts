import { bool, object, oneOf, optional, text } from "../field.ts";
import { nameReference } from "./name-reference.ts";

/** Where pods are put. */
export const scheduler = object(
  {
    policy: optional(nameReference("Older form of `profile`; has no effect.")),
    profile: optional(
      oneOf(
        ["", "LowNodeUtilization", "HighNodeUtilization", "NoScoring"],
        "How a node is chosen: pods spread evenly (also where empty), packed on few nodes, or put on the first that will do.",
      ),
    ),
    profileCustomizations: optional(
      object(
        {
          dynamicResourceAllocation: optional(
            oneOf(["", "Enabled", "Disabled"], "Whether devices can be claimed by ResourceClaims."),
          ),
        },
        "Changes to the profile.",
      ),
    ),
    defaultNodeSelector: optional(
      text("Labels that a node must have for pods of namespaces that say nothing, such as `type=user,region=east`."),
    ),
    mastersSchedulable: optional(bool("Not used in hosted clusters: no node is part of the control plane.")),
  },
  "Where pods are put.",
);
