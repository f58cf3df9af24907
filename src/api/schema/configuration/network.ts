import { int32, list, map, object, oneOf, optional, rule, text } from "../field.ts";
import { tolerations } from "../tolerations.ts";

const cidrs = (description: string) => optional(list(text("A network."), description, { listType: "atomic" }));

const placement = (description: string) =>
  optional(
    object(
      {
        nodeSelector: optional(map("Labels that a node must have.")),
        tolerations: optional(tolerations("Taints that are accepted.", { listType: "atomic" })),
      },
      description,
    ),
  );

/** Networks as the cluster shows them. */
export const network = object(
  {
    clusterNetwork: optional(
      list(
        object(
          {
            cidr: optional(text("The network.")),
            hostPrefix: optional(int32("Prefix length of each node's share of it.", { minimum: 0 })),
          },
          "A network.",
        ),
        "Where pods get their addresses. In hosted clusters `spec.networking` says it.",
        { listType: "atomic" },
      ),
    ),
    serviceNetwork: cidrs("Where Services get their addresses. In hosted clusters `spec.networking` says it."),
    networkType: optional(text("The pod network. In hosted clusters `spec.networking` says it.")),
    externalIP: optional(
      object(
        {
          policy: optional(
            object(
              {
                allowedCIDRs: cidrs("Networks that external addresses of Services may be in."),
                rejectedCIDRs: cidrs("Networks that they may not be in, even where allowed."),
              },
              "Which external addresses a Service may have.",
            ),
          ),
          autoAssignCIDRs: cidrs("Networks out of which Services of type LoadBalancer get an external address."),
        },
        "External addresses of Services.",
      ),
    ),
    serviceNodePortRange: optional(
      text("Ports for Services of type NodePort, such as `30000-32767`.", {
        pattern:
          "^([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])-([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$",
      }),
    ),
    networkDiagnostics: optional(
      object(
        {
          mode: optional(
            oneOf(["", "All", "Disabled"], "Whether connections inside the cluster are tried all the time."),
          ),
          sourcePlacement: placement("Where they are tried from."),
          targetPlacement: placement("Where they are tried to."),
        },
        "Checks of the network.",
      ),
    ),
  },
  "Networks of the cluster.",
  {
    rules: [
      rule(
        "!has(self.networkDiagnostics) || !has(self.networkDiagnostics.mode) || self.networkDiagnostics.mode != 'Disabled' || (!has(self.networkDiagnostics.sourcePlacement) && !has(self.networkDiagnostics.targetPlacement))",
        "leave out networkDiagnostics.sourcePlacement and targetPlacement where mode is Disabled",
      ),
    ],
  },
);
