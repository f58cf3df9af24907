import { overlaps, parseCidr } from "../../api/cidr.ts";
import type { OpenedLoadBalancer } from "./open-load-balancer.ts";

/** What was found in a management cluster, as far as it matters for running control planes there. */
export interface Management {
  /** As the API server says it: `v1.34.4`. */
  version: string;
  isAdministrator: boolean;
  /** Names, and whether each is the default. */
  storageClasses: { name: string; isDefault: boolean }[];
  /** Services of type LoadBalancer that have an address, and that have none. `opened`: what one got that was made to try. */
  loadBalancers: { served: number; waiting: string[]; opened?: OpenedLoadBalancer };
  nodes: ManagementNode[];
  /** Whether a DNS server for pods has an endpoint that is ready. */
  hasDns: boolean;
  /** Blocks of addresses of pods, Services and nodes. */
  networks: string[];
  /** Names of the DaemonSets, among which that of the pod network is. */
  daemonSets: string[];
  /** Definitions that the operator brings, and that somebody else made: names by who made them. */
  foreignDefinitions: { name: string; manager: string }[];
  /** Where the operator is installed already. */
  installedIn?: string;
  /** Nothing where no release was named; otherwise why it could not be read, or its version. */
  release?: { version: string } | { problem: string };
}

interface ManagementNode {
  name: string;
  ready: boolean;
  addresses: string[];
  /** Bytes that no pod has asked for. */
  freeMemory: number;
  /** Cores that no pod has asked for. */
  freeCpu: number;
}

/** One line of the answer. `lacking`: clusters cannot be made, or not all kinds of them. */
export interface Finding {
  check: string;
  state: "ok" | "lacking" | "unknown";
  says: string;
}

/** What one control plane of single replicas asks for, with its operator. */
const controlPlane = { memory: 600 * 2 ** 20, cpu: 0.1 };
/** The networks of a hosted cluster that is made without any flags. */
const usualNetworks = { "--cluster-cidr": "10.132.0.0/14", "--service-cidr": "172.31.0.0/16" };
/** DaemonSets of pod networks that are known to keep NetworkPolicies. */
const enforcers = [
  "calico-node",
  "canal",
  "cilium",
  "antrea-agent",
  "ovnkube-node",
  "ovs-ovn",
  "kube-router",
  "weave-net",
  "azure-npm",
  "kube-network-policies",
  "network-policy-agent",
];

/** Says of each thing that Roost needs whether the management cluster has it, and what to do where it has not. */
export function findings(management: Management, oldest: string): Finding[] {
  return [
    version(management, oldest),
    rights(management),
    installed(management),
    storage(management),
    room(management),
    addresses(management),
    nodePorts(management),
    dns(management),
    networks(management),
    policies(management),
    ...registry(management),
  ];
}

const ok = (check: string, says: string): Finding => ({ check, state: "ok", says });
const lacking = (check: string, says: string): Finding => ({ check, state: "lacking", says });
const unknown = (check: string, says: string): Finding => ({ check, state: "unknown", says });

function version({ version: found }: Management, oldest: string): Finding {
  const [major = 0, minor = 0] = (/v?(\d+)\.(\d+)/.exec(found) ?? []).slice(1).map(Number);
  const [needsMajor = 0, needsMinor = 0] = oldest.split(".").map(Number);
  const enough = major > needsMajor || (major === needsMajor && minor >= needsMinor);
  return enough
    ? ok("Kubernetes", found)
    : lacking("Kubernetes", `${found} is too old: update it to ${oldest} or newer`);
}

function rights({ isAdministrator }: Management): Finding {
  return isAdministrator
    ? ok("rights", "you may do everything")
    : lacking("rights", 'you are no administrator: "hcp install" needs one, to make definitions and ClusterRoles');
}

function installed({ installedIn, foreignDefinitions }: Management): Finding {
  const [first] = foreignDefinitions;
  if (first) {
    const more = foreignDefinitions.length > 1 ? ` and ${foreignDefinitions.length - 1} more` : "";
    return lacking(
      "definitions",
      `${first.name}${more} were made by ${first.manager}, and "hcp install" would take them over: remove that program first, or use another management cluster`,
    );
  }
  return ok("definitions", installedIn ? `the operator is installed in namespace ${installedIn}` : "nobody else's");
}

function storage({ storageClasses }: Management): Finding {
  const found = storageClasses.find(({ isDefault }) => isDefault);
  if (found) return ok("volumes", `${found.name} is the default StorageClass`);
  const names = storageClasses.map(({ name }) => name);
  return names.length > 0
    ? lacking("volumes", `no StorageClass is the default: mark one, or use --etcd-storage-class ${names.join("|")}`)
    : lacking("volumes", "there is no StorageClass, and etcd of each hosted cluster needs a volume: install one");
}

function room({ nodes }: Management): Finding {
  const ready = nodes.filter((node) => node.ready);
  if (ready.length === 0) return lacking("room", "no node is ready");
  const fits = ({ freeMemory, freeCpu }: ManagementNode) =>
    Math.max(0, Math.floor(Math.min(freeMemory / controlPlane.memory, freeCpu / controlPlane.cpu)));
  const count = ready.reduce((sum, node) => sum + fits(node), 0);
  const need = "each asks for 600 MiB and 0.1 cores with single replicas, and three times that highly available";
  if (count === 0) return lacking("room", `no node has room for a control plane (${need}): add nodes`);
  return ok("room", `for about ${count} control ${count === 1 ? "plane" : "planes"} (${need})`);
}

function addresses({ loadBalancers: { served, waiting, opened } }: Management): Finding {
  const check = "load balancers";
  if (opened) {
    const left = opened.lingers
      ? "; it has not been taken away yet, and its namespace roost-preflight goes with it"
      : "";
    if (opened.address) return ok(check, `a Service that was made to try got ${opened.address}${left}`);
    return unknown(
      check,
      `a Service that was made to try got no address within a minute${left}: where your cloud is not just slow, install something that serves type LoadBalancer, or publish on node ports`,
    );
  }
  if (served > 0) return ok(check, `${served} Services have an address from one`);
  if (waiting.length > 0) {
    return lacking(
      check,
      `the Service ${waiting[0]} has no address: install something that serves type LoadBalancer, or publish on node ports`,
    );
  }
  return unknown(
    check,
    "no Service of type LoadBalancer is there to tell from; --open-load-balancer makes one for a moment (hosts, platform Agent, need them)",
  );
}

function nodePorts({ nodes }: Management): Finding {
  const found = nodes.flatMap((node) => node.addresses);
  return found.length > 0
    ? ok("node ports", `on ${found.join(", ")}; whether workers and users reach that, only they can tell`)
    : lacking("node ports", "no node has an address: use --external-api-server-address or --api-server-address");
}

function dns({ hasDns }: Management): Finding {
  return hasDns
    ? ok("DNS", "pods have a DNS server")
    : lacking(
        "DNS",
        "no DNS server for pods is ready (Service kube-dns in kube-system): control planes find their parts by name",
      );
}

function networks({ networks: theirs }: Management): Finding {
  for (const [flag, text] of Object.entries(usualNetworks)) {
    const ours = parseCidr(text);
    const clash = theirs.find((each) => {
      const network = parseCidr(each);
      return ours && network && overlaps(ours, network);
    });
    if (clash) return lacking("networks", `hosted clusters need another ${flag}: ${text} overlaps ${clash} here`);
  }
  return ok("networks", "none that hosted clusters have without any flags");
}

function policies({ daemonSets }: Management): Finding {
  const check = "NetworkPolicies";
  const found = daemonSets.find((name) => enforcers.some((known) => name.startsWith(known)));
  if (found) return ok(check, `${found} keeps them`);
  return unknown(
    check,
    "nothing known to keep them runs here: without it, pods of one hosted cluster can reach those of another",
  );
}

function registry({ release }: Management): Finding[] {
  if (!release) return [unknown("release", "name one with --release-image to have it read")];
  if ("problem" in release) return [lacking("release", release.problem)];
  return [ok("release", `${release.version} can be read from here; the nodes must reach its registry, too`)];
}
