import { immutable, int32, list, object, oneOf, optional, rule, text } from "./field.ts";

const cidr = (description: string) =>
  text(description, {
    maxLength: 43,
    rules: [rule("isCIDR(self)", "write a network with its prefix length, such as 10.132.0.0/14 or fd01::/48")],
  });

/** No network of a kind has an address in common with one of another kind. What is no network is refused elsewhere. */
const disjoint = [
  ["self.clusterNetwork", "self.serviceNetwork"],
  ["self.machineNetwork", "self.clusterNetwork"],
  ["self.machineNetwork", "self.serviceNetwork"],
]
  .map(
    ([these, those]) =>
      `${these === "self.machineNetwork" ? "!has(self.machineNetwork) || " : ""}${these}.all(a, ${those}.all(b, !isCIDR(a.cidr) || !isCIDR(b.cidr) || !(cidr(a.cidr).containsCIDR(b.cidr) || cidr(b.cidr).containsCIDR(a.cidr))))`,
  )
  .map((part) => `(${part})`)
  .join(" && ");

/** Networks and API server facts of a hosted cluster. */
export const networking = (options: { default?: unknown } = {}) =>
  object(
    {
      networkType: optional(
        oneOf(
          ["OpenShiftSDN", "Calico", "OVNKubernetes", "Other"],
          "The pod network. `Other`: the cluster's user brings one, and Roost installs none. Any other value: the network of the release.",
          { default: "OVNKubernetes" },
        ),
      ),
      clusterNetwork: optional(
        list(
          object(
            {
              cidr: cidr("The network."),
              hostPrefix: optional(
                int32("Prefix length of each node's share of it, such as 23. A sensible one is taken where absent."),
              ),
            },
            "A network.",
          ),
          "Where pods get their addresses: one network, or one for each address family.",
          {
            default: [{ cidr: "10.132.0.0/14" }],
            minItems: 1,
            maxItems: 2,
            rules: [
              immutable("clusterNetwork cannot change after creation: make a new cluster for other pod networks"),
            ],
          },
        ),
      ),
      serviceNetwork: optional(
        list(
          object({ cidr: cidr("The network.") }, "A network."),
          "Where Services get their addresses: one network, or one for each address family.",
          {
            default: [{ cidr: "172.31.0.0/16" }],
            minItems: 1,
            maxItems: 2,
            rules: [
              immutable("serviceNetwork cannot change after creation: make a new cluster for other service networks"),
              rule(
                "self.all(s, !isCIDR(s.cidr) || cidr(s.cidr).prefixLength() <= (cidr(s.cidr).ip().family() == 4 ? 28 : 124))",
                "write a serviceNetwork of 16 addresses or more, such as 172.31.0.0/16: DNS of the cluster has the tenth",
              ),
            ],
          },
        ),
      ),
      machineNetwork: optional(
        list(object({ cidr: cidr("The network.") }, "A network."), "Where nodes have their addresses.", {
          minItems: 1,
          maxItems: 2,
          rules: [immutable("machineNetwork cannot change once it is set")],
        }),
      ),
      allocateNodeCIDRs: optional(
        oneOf(
          ["Enabled", "Disabled"],
          "Whether the controller manager gives each node its share of the pod network. Only with networkType `Other`; the networks of a release take care of it themselves.",
          { rules: [immutable("allocateNodeCIDRs cannot change once it is set")] },
        ),
      ),
      apiServer: optional(
        object(
          {
            advertiseAddress: optional(
              text("Address under which pods of the hosted cluster reach the API server on their own node.", {
                maxLength: 255,
                rules: [immutable("advertiseAddress cannot change once it is set")],
              }),
            ),
            port: optional(
              int32("Port at which the API server is published. 6443 where absent.", {
                rules: [immutable("port cannot change once it is set")],
              }),
            ),
            allowedCIDRBlocks: optional(
              list(
                cidr("A network."),
                "Networks that may reach the API server, where its load balancer can tell. All where absent.",
                {
                  maxItems: 500,
                  listType: "set",
                },
              ),
            ),
          },
          "How the API server is reached.",
        ),
      ),
    },
    "Networks of the hosted cluster. They must not overlap with each other, nor with networks that nodes have to reach.",
    {
      ...options,
      rules: [
        rule(
          disjoint,
          "give clusterNetwork, serviceNetwork and machineNetwork different networks, which do not overlap",
        ),
        rule(
          "!has(self.allocateNodeCIDRs) || self.allocateNodeCIDRs != 'Enabled' || self.networkType == 'Other'",
          "set networkType to Other, or leave out allocateNodeCIDRs",
        ),
      ],
    },
  );
