import { AgentMachineTemplate } from "../agent-machine-template.ts";
import { agentMachineSpec } from "./agent-machine.ts";
import { age, type Definition } from "./definition.ts";
import { map, object, optional } from "./field.ts";

/** What machines are made from. */
export const agentMachineTemplateSpec = object(
  {
    template: object(
      {
        metadata: optional(
          object(
            { labels: optional(map("Labels.")), annotations: optional(map("Annotations.")) },
            "What each AgentMachine carries in its metadata.",
          ),
        ),
        spec: agentMachineSpec,
      },
      "The AgentMachine to make.",
    ),
  },
  "What machines are made from.",
);

export const agentMachineTemplateDefinition: Definition = {
  kind: AgentMachineTemplate,
  singular: "agentmachinetemplate",
  categories: ["cluster-api"],
  description:
    "What the AgentMachines of a node pool are made from. A changed node pool gets a new template; templates themselves do not change.",
  spec: agentMachineTemplateSpec,
  labels: { "cluster.x-k8s.io/v1beta1": "v1beta1", "cluster.x-k8s.io/v1beta2": "v1beta1" },
  columns: [age],
};
