import { immutable, int32, list, object, oneOf, optional, rule, text } from "./field.ts";

const cidr = (description: string) =>
  text(description, {
    maxLength: 43,
    rules: [
      rule(
        "self.matches('^([0-9]{1,3}[.]){3}[0-9]{1,3}/[0-9]{1,2}$') || self.matches('^([0-9a-fA-F]{0,4}:){2,7}([0-9a-fA-F]{0,4})?/[0-9]{1,3}$')",
        "write a network with its prefix length, such as 10.132.0.0/14 or fd01::/48",
      ),
    ],
  });

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
          "self.clusterNetwork.all(c, !self.serviceNetwork.exists(s, s.cidr == c.cidr)) && (!has(self.machineNetwork) || self.machineNetwork.all(m, !self.clusterNetwork.exists(c, c.cidr == m.cidr) && !self.serviceNetwork.exists(s, s.cidr == m.cidr)))",
          "give clusterNetwork, serviceNetwork and machineNetwork different networks",
        ),
        rule(
          "!has(self.allocateNodeCIDRs) || self.allocateNodeCIDRs != 'Enabled' || self.networkType == 'Other'",
          "set networkType to Other, or leave out allocateNodeCIDRs",
        ),
      ],
    },
  );
