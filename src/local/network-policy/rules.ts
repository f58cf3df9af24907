import type { NetworkPolicyPeer, NetworkPolicyPort } from "kubernetes-types/networking/v1.js";
import type { Namespace, NetworkPolicy, Pod } from "../../kube/kinds.ts";
import { matchesSelector } from "../../kube/matches-selector.ts";

/** The objects that decide who may talk to whom in a cluster. */
export interface Cluster {
  pods: readonly Pod[];
  namespaces: readonly Namespace[];
  policies: readonly NetworkPolicy[];
}

type Direction = "ingress" | "egress";
type Family = 4 | 6;

/** A rule's other side and ports. No peers or ports stand for all. */
interface Rule {
  peers?: NetworkPolicyPeer[];
  ports?: NetworkPolicyPort[];
}

const table = "inet roost-network-policy";

/**
 * What `nft -f` is given to enforce the policies on the only node of a cluster: one table, replaced as a whole. Each
 * pod that a policy selects has a chain per direction, in which a rule that matches returns and the end drops. It hooks
 * in behind the translation of Services' addresses, so that rules see pods. What the node itself sends (probes) is
 * never filtered, as everywhere; what pods send to the node is.
 */
export function rules(cluster: Cluster): string {
  const pods = owners(cluster.pods.filter(isOnPodNetwork)).sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
  const isolated = { ingress: chainsOf("ingress", pods, cluster), egress: chainsOf("egress", pods, cluster) };
  return [
    // The first line is there for the second, which would fail without a table.
    `table ${table} {}`,
    `delete table ${table}`,
    `table ${table} {`,
    ...(["egress", "ingress"] as const).flatMap((direction) => [
      ...([4, 6] as const).map((family) => map(direction, family, isolated[direction])),
    ]),
    ...([4, 6] as const).map((family) => itself(family, pods)),
    "  chain forward {",
    "    type filter hook forward priority filter; policy accept;",
    ...first,
    `    ${both((ip, family) => `${ip} saddr . ${ip} daddr @itself${family} accept`).join("\n    ")}`,
    "    jump egress",
    "    jump ingress",
    "  }",
    "  chain input {",
    "    type filter hook input priority filter; policy accept;",
    ...first,
    "    jump egress",
    "  }",
    "  chain egress {",
    `    ${both((ip, family) => `${ip} saddr vmap @egress${family}`).join("\n    ")}`,
    "  }",
    "  chain ingress {",
    `    ${both((ip, family) => `${ip} daddr vmap @ingress${family}`).join("\n    ")}`,
    "  }",
    ...[...isolated.egress, ...isolated.ingress].flatMap(({ name, pod, lines }) => [
      `  chain ${name} { # ${keyOf(pod)}`,
      ...lines.map((line) => `    ${line} return`),
      "    drop",
      "  }",
    ]),
    "}",
    "",
  ].join("\n");
}

// Who was allowed to begin a conversation is answered. Without these kinds of ICMPv6 there is no next hop.
const first = [
  "    ct state established,related accept",
  "    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, nd-router-advert } accept",
];

interface Chain {
  name: string;
  pod: Pod;
  /** What matches what is allowed. */
  lines: string[];
}

/** A chain for each pod that some policy isolates in this direction. */
function chainsOf(direction: Direction, pods: readonly Pod[], cluster: Cluster): Chain[] {
  const policies = [...cluster.policies].sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
  return pods
    .map((pod) => ({ pod, policies: policies.filter((policy) => isolates(policy, direction, pod)) }))
    .filter((each) => each.policies.length > 0)
    .map((each, index) => ({
      name: `${direction}-${index}`,
      pod: each.pod,
      lines: [
        ...new Set(
          each.policies.flatMap((policy) =>
            rulesOf(policy, direction).flatMap((rule) =>
              linesOf(rule, direction, policy, each.pod, { ...cluster, pods }),
            ),
          ),
        ),
      ],
    }));
}

function isolates({ metadata, spec }: NetworkPolicy, direction: Direction, pod: Pod): boolean {
  const types = spec?.policyTypes ?? ["Ingress", ...(spec?.egress ? ["Egress"] : [])];
  return (
    types.some((type) => type.toLowerCase() === direction) &&
    metadata?.namespace === pod.metadata?.namespace &&
    matchesSelector(pod.metadata?.labels, spec?.podSelector)
  );
}

function rulesOf({ spec }: NetworkPolicy, direction: Direction): Rule[] {
  return direction === "ingress"
    ? (spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
    : (spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
}

function linesOf(
  { peers = [], ports = [] }: Rule,
  direction: Direction,
  policy: NetworkPolicy,
  pod: Pod,
  cluster: Cluster,
) {
  const side = direction === "ingress" ? "saddr" : "daddr";
  const lines: string[] = [];
  const add = (address: string, resolvePort: (name: string, protocol: string) => number | undefined) => {
    for (const port of portsOf(ports, resolvePort)) lines.push([address, port].filter(Boolean).join(" "));
  };
  const ofPod = (named: Pod) => (name: string, protocol: string) => portOf(named, name, protocol);
  // Names of ports are those of the pod that is talked to; an address that is nobody's has none.
  if (peers.length === 0) add("", direction === "ingress" ? ofPod(pod) : () => undefined);
  for (const peer of peers) {
    if (peer.ipBlock) {
      const { cidr = "", except = [] } = peer.ipBlock;
      const ip = cidr.includes(":") ? "ip6" : "ip";
      const isAll = cidr.endsWith("/0");
      const block = [
        isAll ? `meta nfproto ${ip === "ip" ? "ipv4" : "ipv6"}` : `${ip} ${side} ${cidr}`,
        // One by one, because blocks in a set must not overlap.
        ...except.map((each) => `${ip} ${side} != ${each}`),
      ].join(" ");
      add(block, direction === "ingress" ? ofPod(pod) : () => undefined);
      continue;
    }
    const chosen = cluster.pods.filter((each) => isPeer(peer, policy, each, cluster));
    if (direction === "egress" && ports.some(({ port }) => typeof port === "string")) {
      for (const each of chosen) for (const address of addressesOf([each], side)) add(address, ofPod(each));
    } else {
      for (const address of addressesOf(chosen, side)) add(address, ofPod(pod));
    }
  }
  return lines;
}

function isPeer(
  { podSelector, namespaceSelector }: NetworkPolicyPeer,
  policy: NetworkPolicy,
  { metadata }: Pod,
  { namespaces }: Cluster,
): boolean {
  if (podSelector && !matchesSelector(metadata?.labels, podSelector)) return false;
  if (!namespaceSelector) return metadata?.namespace === policy.metadata?.namespace;
  const namespace = namespaces.find((each) => each.metadata?.name === metadata?.namespace);
  return namespace !== undefined && matchesSelector(namespace.metadata?.labels, namespaceSelector);
}

/** Matches the addresses of these pods, one text per family that there is. */
function addressesOf(pods: readonly Pod[], side: string): string[] {
  return both((ip, family) => {
    const addresses = pods.flatMap((pod) => ipsOf(pod, family));
    return addresses.length > 0 ? `${ip} ${side} { ${addresses.join(", ")} }` : "";
  }).filter((text) => text !== "");
}

/** Matches these ports, one text per protocol; one that matches everything where there are none. */
function portsOf(
  ports: NetworkPolicyPort[],
  resolve: (name: string, protocol: string) => number | undefined,
): string[] {
  if (ports.length === 0) return [""];
  return ["TCP", "UDP", "SCTP"].flatMap((protocol) => {
    const name = protocol.toLowerCase();
    const chosen = ports.filter((port) => (port.protocol ?? "TCP") === protocol);
    if (chosen.some(({ port }) => port === undefined)) return [`meta l4proto ${name}`];
    const numbers = chosen.flatMap(({ port, endPort }) => {
      const number = typeof port === "string" ? resolve(port, protocol) : port;
      if (number === undefined) return [];
      return [endPort === undefined ? String(number) : `${number}-${endPort}`];
    });
    return numbers.length > 0 ? [`${name} dport { ${[...new Set(numbers)].join(", ")} }`] : [];
  });
}

function portOf(pod: Pod, name: string, protocol: string): number | undefined {
  return pod.spec?.containers
    .flatMap(({ ports = [] }) => ports)
    .find((port) => port.name === name && (port.protocol ?? "TCP") === protocol)?.containerPort;
}

function map(direction: Direction, family: Family, chains: readonly Chain[]): string {
  const elements = chains.flatMap(({ name, pod }) => ipsOf(pod, family).map((ip) => `${ip} : jump ${name}`));
  return `  map ${direction}${family} { type ipv${family}_addr : verdict; ${elementsOf(elements)}}`;
}

/** A pod may always talk to itself, also by way of a Service. */
function itself(family: Family, pods: readonly Pod[]): string {
  const elements = pods.flatMap((pod) => ipsOf(pod, family).map((ip) => `${ip} . ${ip}`));
  return `  set itself${family} { type ipv${family}_addr . ipv${family}_addr; ${elementsOf(elements)}}`;
}

const elementsOf = (elements: string[]) => (elements.length > 0 ? `elements = { ${elements.join(", ")} } ` : "");

const both = (text: (ip: "ip" | "ip6", family: Family) => string) => [text("ip", 4), text("ip6", 6)];

/** Pods in the node's own network are the node, and those that ended have no address any more. */
function isOnPodNetwork({ spec, status }: Pod): boolean {
  return (
    !spec?.hostNetwork && status?.phase !== "Succeeded" && status?.phase !== "Failed" && ipsOf({ status }).length > 0
  );
}

function ipsOf({ status }: Pick<Pod, "status">, family?: Family): string[] {
  const ips = (status?.podIPs ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
  return ips.filter((ip) => family === undefined || ip.includes(":") === (family === 6));
}

/** Pods without those whose address a newer pod was given: the kernel takes an address once, and that is whose it is. */
function owners(pods: readonly Pod[]): Pod[] {
  const born = ({ metadata }: Pod) => metadata?.creationTimestamp ?? "";
  const byAge = pods.toSorted((a, b) => born(a).localeCompare(born(b)));
  const owner = new Map(byAge.flatMap((pod) => ipsOf(pod).map((ip) => [ip, pod])));
  return pods.filter((pod) => ipsOf(pod).every((ip) => owner.get(ip) === pod));
}

const keyOf = ({ metadata }: Pod | NetworkPolicy) => `${metadata?.namespace}/${metadata?.name}`;
