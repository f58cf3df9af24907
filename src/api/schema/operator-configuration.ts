import { bool, immutable, int32, object, oneOf, optional, rule, text } from "./field.ts";
import { ingressOperator } from "./ingress-operator.ts";

const ipv4Network = (description: string, extra: ReturnType<typeof rule>[] = []) =>
  text(description, {
    minLength: 9,
    maxLength: 18,
    rules: [
      ...extra,
      rule(
        "isCIDR(self) && cidr(self).ip().family() == 4",
        "write an IPv4 network with its prefix length, such as 100.64.0.0/16",
      ),
      rule("!isCIDR(self) || cidr(self).prefixLength() <= 30", "write a network with a prefix length of 30 or less"),
      rule("!self.startsWith('0.')", "write a network whose first number is not 0"),
    ],
  });

const ipv6Network = (description: string, minLength: number, extra: ReturnType<typeof rule>[]) =>
  text(description, {
    minLength,
    maxLength: 48,
    rules: [
      ...extra,
      rule(
        "isCIDR(self) && cidr(self).ip().family() == 6",
        "write an IPv6 network with its prefix length, such as fd98::/64",
      ),
      rule("!isCIDR(self) || cidr(self).prefixLength() <= 125", "write a network with a prefix length of 125 or less"),
    ],
  });

const stays = (field: string) =>
  rule(`!has(oldSelf.${field}) || has(self.${field})`, `keep ${field}: it cannot be taken away once it is set`);

const staysInIPv6 = (field: string) =>
  rule(
    `!has(oldSelf.ipv6) || !has(oldSelf.ipv6.${field}) || (has(self.ipv6) && has(self.ipv6.${field}))`,
    `keep ipv6.${field}: it cannot be taken away once it is set`,
  );

const differ = (family: string) =>
  rule(
    `!has(self.${family}) || !has(self.${family}.internalJoinSubnet) || !has(self.${family}.internalTransitSwitchSubnet) || self.${family}.internalJoinSubnet != self.${family}.internalTransitSwitchSubnet`,
    `give ${family}.internalJoinSubnet and ${family}.internalTransitSwitchSubnet different networks`,
  );

const ovnKubernetesConfig = object(
  {
    mtu: optional(
      int32("Largest packet of the pod network.", {
        minimum: 576,
        maximum: 9216,
        rules: [immutable("mtu cannot change once it is set")],
      }),
    ),
    ipv4: optional(
      object(
        {
          internalJoinSubnet: optional(ipv4Network("Network between the parts of the pod network on a node.")),
          internalTransitSwitchSubnet: optional(ipv4Network("Network between the nodes' parts of the pod network.")),
        },
        "Inner networks for IPv4.",
        { minProperties: 1 },
      ),
    ),
    ipv6: optional(
      object(
        {
          internalJoinSubnet: optional(
            ipv6Network("Network between the parts of the pod network on a node.", 3, [
              immutable("ipv6.internalJoinSubnet cannot change once it is set"),
            ]),
          ),
          internalTransitSwitchSubnet: optional(
            ipv6Network("Network between the nodes' parts of the pod network.", 3, [
              immutable("ipv6.internalTransitSwitchSubnet cannot change once it is set"),
            ]),
          ),
        },
        "Inner networks for IPv6.",
        { minProperties: 1 },
      ),
    ),
    v4InternalSubnet: optional(
      ipv4Network("Older name of `ipv4.internalJoinSubnet`.", [
        immutable("v4InternalSubnet cannot change once it is set"),
      ]),
    ),
    v6InternalSubnet: optional(
      ipv6Network("Older name of `ipv6.internalJoinSubnet`.", 4, [
        immutable("v6InternalSubnet cannot change once it is set"),
      ]),
    ),
  },
  "Details of the OVNKubernetes network.",
  {
    minProperties: 1,
    rules: [
      differ("ipv4"),
      differ("ipv6"),
      stays("mtu"),
      stays("ipv6"),
      staysInIPv6("internalJoinSubnet"),
      staysInIPv6("internalTransitSwitchSubnet"),
      stays("v4InternalSubnet"),
      stays("v6InternalSubnet"),
    ],
  },
);

/** Settings of the operators that keep the inside of the cluster. */
export const operatorConfiguration = object(
  {
    clusterVersionOperator: optional(
      object(
        {
          operatorLogLevel: optional(
            oneOf(["", "Normal", "Debug", "Trace", "TraceAll"], "How much it logs.", { default: "Normal" }),
          ),
        },
        "What carries out updates inside the cluster.",
      ),
    ),
    clusterNetworkOperator: optional(
      object(
        {
          disableMultiNetwork: optional(
            bool("Leaves out the means for pods to have several networks. Only with networkType `Other`.", {
              default: false,
              rules: [immutable("disableMultiNetwork cannot change after creation")],
            }),
          ),
          ovnKubernetesConfig: optional(ovnKubernetesConfig),
        },
        "What keeps the pod network.",
        { rules: [stays("ovnKubernetesConfig")] },
      ),
    ),
    ingressOperator: optional(ingressOperator),
  },
  "Settings of the operators that keep the inside of the cluster.",
);
