import { AgentMachine } from "../agent-machine.ts";
import { conditions } from "./conditions.ts";
import { age, type Definition } from "./definition.ts";
import { bool, list, object, oneOf, optional, text } from "./field.ts";
import { labelSelector } from "./label-selector.ts";
import { localReference } from "./local-reference.ts";

/** Which Agent the machine takes. */
export const agentMachineSpec = object(
  {
    agentLabelSelector: optional(labelSelector("Labels that an Agent must have to be taken.")),
    machineConfigPool: optional(text("The part of the configuration that the host asks for.")),
    ignitionEndpointTokenSecretName: optional(
      localReference("Secret with the token (key `ignition-token`) that the host shows to the ignition server."),
    ),
    providerID: optional(
      text("`agent://` and the name of the Agent, once one is taken. The node says the same of itself."),
    ),
  },
  "Which Agent the machine takes.",
);

/** The Agent that was taken, and how far it is. */
export const agentMachineStatus = object(
  {
    ready: optional(bool("Whether the host is installed as this machine.")),
    initialization: optional(
      object(
        { provisioned: optional(bool("Whether the host is installed as this machine.")) },
        "What Cluster API waits for.",
        {
          minProperties: 1,
        },
      ),
    ),
    agentRef: optional(object({ name: text("Name."), namespace: text("Namespace.") }, "The Agent that was taken.")),
    addresses: optional(
      list(
        object(
          {
            type: oneOf(["Hostname", "ExternalIP", "InternalIP", "ExternalDNS", "InternalDNS"], "Kind of address."),
            address: text("The address.", { minLength: 1, maxLength: 256 }),
          },
          "An address.",
        ),
        "Names and addresses of the host.",
        { maxItems: 128 },
      ),
    ),
    failureReason: optional(text("Why the machine cannot become ready, in one word.")),
    failureMessage: optional(text("Why the machine cannot become ready.")),
    conditions: optional(
      conditions(
        "`AgentReserved`, `AgentSpecSynced`, `AgentValidated`, `AgentRequirementsMet`, `Installed` and `Ready`.",
      ),
    ),
  },
  "The Agent that was taken, and how far it is.",
);

export const agentMachineDefinition: Definition = {
  kind: AgentMachine,
  singular: "agentmachine",
  categories: ["cluster-api"],
  description:
    "The infrastructure of one Machine on the Agent platform: it takes a free, approved Agent whose labels match, and gives it back when the machine goes.",
  spec: agentMachineSpec,
  status: agentMachineStatus,
  labels: { "cluster.x-k8s.io/v1beta1": "v1beta1", "cluster.x-k8s.io/v1beta2": "v1beta1" },
  columns: [
    { name: "Agent", path: ".status.agentRef.name", description: "The Agent that was taken." },
    { name: "Ready", path: ".status.ready", type: "boolean", description: "Whether the host is installed." },
    age,
  ],
};
