import { ControlPlaneComponent } from "../control-plane-component.ts";
import { conditions } from "./conditions.ts";
import type { Definition } from "./definition.ts";
import { int64, list, object, optional, text } from "./field.ts";

export const controlPlaneComponentSpec = object({}, "No fields.");

/** How the component is. */
export const controlPlaneComponentStatus = object(
  {
    version: optional(text("The release that the component runs completely.", { maxLength: 255 })),
    resources: optional(
      list(
        object(
          {
            group: text("API group; empty for the core group.", { maxLength: 255 }),
            kind: text("Kind.", { maxLength: 255 }),
            name: text("Name.", { maxLength: 255 }),
          },
          "An object.",
        ),
        "The objects that the component consists of.",
        { maxItems: 100 },
      ),
    ),
    observedGeneration: optional(
      int64("The generation of the HostedControlPlane that this was found for.", {
        minimum: 1,
        maximum: 9007199254740992,
      }),
    ),
    conditions: optional(
      conditions("`Available`: it does its work. `RolloutComplete`: every replica runs the present configuration.", {
        maxItems: 10,
      }),
    ),
  },
  "How the component is.",
);

const conditionColumn = (name: string, type: string, field: "status" | "message", description: string) => ({
  name,
  path: `.status.conditions[?(@.type=="${type}")].${field}`,
  description,
});

export const controlPlaneComponentDefinition: Definition = {
  kind: ControlPlaneComponent,
  singular: "controlplanecomponent",
  shortNames: ["cpc", "cpcs"],
  categories: ["hypershift"],
  description: "One component of a hosted control plane, such as etcd or kube-apiserver, and how it is.",
  spec: controlPlaneComponentSpec,
  status: controlPlaneComponentStatus,
  columns: [
    { name: "Version", path: ".status.version", description: "The release that it runs completely." },
    conditionColumn("Available", "Available", "status", "Whether it does its work."),
    conditionColumn(
      "RolloutComplete",
      "RolloutComplete",
      "status",
      "Whether every replica runs the present configuration.",
    ),
    { ...conditionColumn("Message", "Available", "message", "Why it does its work or not."), priority: 1 },
    {
      ...conditionColumn("RolloutCompleteMessage", "RolloutComplete", "message", "What is still to come."),
      priority: 1,
    },
  ],
};
