import type { Machine } from "../../api/cluster-api.ts";
import type { Node } from "../../kube/kinds.ts";
import { type CertificateRequest, canonicalIp } from "../../pki/certificate-request.ts";

/** The signers whose requests are decided here; all others are left to the user. */
export const kubeletSigners = {
  client: "kubernetes.io/kube-apiserver-client-kubelet",
  serving: "kubernetes.io/kubelet-serving",
} as const;

/** One CertificateSigningRequest, read. */
export interface Asked {
  name: string;
  signer: string;
  requester: string;
  groups: string[];
  usages: string[];
  created: Date;
  request: CertificateRequest;
}

/** What exists, as far as it matters to a request. */
export interface Inventory {
  /** The Machines of the hosted cluster; nothing where its platform has none, and nodes are joined by hand. */
  machines: Machine[] | undefined;
  nodes: Node[];
  /** Requests for client certificates that were approved, and for which Machine, where the approval tells. */
  approved: { name: string; commonName: string; publicKeyHash: string; created: Date; machine?: string }[];
  /** Addresses that no kubelet may ask a certificate for, such as the API server's. */
  reserved: string[];
}

/**
 * `approve`, `deny` (it can only be forged: no kubelet asks so), or `leave` (it stays pending for the user, or until
 * something changes). The reason is a sentence for the log and the request's condition.
 */
export interface Decision {
  verdict: "approve" | "deny" | "leave";
  reason: string;
}

const approve = (reason: string): Decision => ({ verdict: "approve", reason });
const deny = (reason: string): Decision => ({ verdict: "deny", reason });
const leave = (reason: string): Decision => ({ verdict: "leave", reason });

const nodePrefix = "system:node:";
// Clocks of the two API servers may differ; a request older than its Machine by more than this was made in advance.
const clockSkewMs = 60_000;

/** Decides over a kubelet's request for a certificate. */
export function decide(asked: Asked, inventory: Inventory): Decision {
  return (
    forged(asked) ??
    (asked.signer === kubeletSigners.client ? decideClient(asked, inventory) : decideServing(asked, inventory))
  );
}

/** Denies what the rules of the two signers exclude, and a node that asks for another node's name. */
function forged({ signer, requester, usages, request }: Asked): Decision | undefined {
  const { commonName, organizations, dnsNames, ipAddresses, emailAddresses, uris } = request;
  const purpose = signer === kubeletSigners.client ? "client auth" : "server auth";
  if (!commonName.startsWith(nodePrefix) || commonName === nodePrefix) {
    return deny(`the common name "${commonName}" is not that of a node`);
  }
  if (organizations.length !== 1 || organizations[0] !== "system:nodes") {
    return deny(`the organization is [${organizations.join(", ")}], not system:nodes alone`);
  }
  const allowed = new Set(["digital signature", "key encipherment", purpose]);
  if (
    !usages.includes(purpose) ||
    !usages.includes("digital signature") ||
    usages.some((usage) => !allowed.has(usage))
  ) {
    return deny(`the usages [${usages.join(", ")}] are not those of a kubelet's ${purpose} certificate`);
  }
  if (emailAddresses.length + uris.length > 0) return deny("it has mail or URI names, which kubelets never ask for");
  if (purpose === "client auth" && dnsNames.length + ipAddresses.length > 0) {
    return deny("a client certificate carries no alternative names");
  }
  if (purpose === "server auth" && dnsNames.length + ipAddresses.length === 0) {
    return deny("a serving certificate needs at least one DNS name or IP address");
  }
  if (requester.startsWith(nodePrefix) && requester !== commonName) {
    return deny(`${requester} asks for a certificate of ${commonName}`);
  }
}

function decideClient(asked: Asked, inventory: Inventory): Decision {
  const node = nodeName(asked);
  if (asked.requester === asked.request.commonName) return decideRenewal(asked, inventory);
  if (!asked.groups.includes("system:bootstrappers")) {
    return leave(`${asked.requester} is neither the node ${node} nor a machine that joins`);
  }
  if (!inventory.machines) {
    return leave(`nodes of this platform are joined by hand: kubectl certificate approve ${asked.name}`);
  }
  return decideJoining(asked, node, inventory.machines, inventory);
}

/** A machine that has no certificate yet asks with the credential that all new machines share. */
function decideJoining(asked: Asked, node: string, machines: Machine[], { nodes, approved }: Inventory): Decision {
  const machine = machinesNamed(machines, node).find((each) => !each.metadata?.deletionTimestamp);
  if (!machine) {
    const deleted = machinesNamed(machines, node).length > 0;
    return leave(
      deleted ? `the Machine of node ${node} is being deleted` : `no Machine is expected to become node ${node}`,
    );
  }
  const name = machine.metadata?.name;
  const started = new Date(machine.metadata?.creationTimestamp ?? 0);
  if (machine.status?.nodeRef) return leave(`Machine ${name} is node ${machine.status.nodeRef.name} already`);
  if (nodes.some((each) => each.metadata?.name === node)) {
    return leave(`node ${node} exists; delete it if its machine was installed anew`);
  }
  if (asked.created.getTime() < started.getTime() - clockSkewMs) {
    return leave(`it was made before Machine ${name}, which cannot have sent it`);
  }
  const other = approved.find(
    ({ commonName, publicKeyHash, created, machine: approvedFor }) =>
      commonName === asked.request.commonName &&
      publicKeyHash !== asked.request.publicKeyHash &&
      // A host may become a node of one Machine and, within the difference of two clocks, of the next.
      (approvedFor === undefined ? created.getTime() >= started.getTime() - clockSkewMs : approvedFor === name),
  );
  if (other)
    return leave(`${other.name} got a certificate for node ${node} with another key; delete it to let this one in`);
  return approve(`Machine ${name} becomes node ${node}`);
}

/** The Machine for which a request was approved, from the words of its approval; nothing where these are not ours. */
export function machineApproved(message: string): string | undefined {
  return /^(?:node \S+ of )?Machine (\S+) (?:becomes node|renews its certificate)/.exec(message)?.[1];
}

function decideRenewal(asked: Asked, { machines, nodes }: Inventory): Decision {
  const node = nodeName(asked);
  if (!asked.groups.includes("system:nodes")) return leave(`${asked.requester} is not in the group system:nodes`);
  if (!nodes.some((each) => each.metadata?.name === node)) return leave(`node ${node} does not exist`);
  if (!machines) return approve(`node ${node} renews its certificate`);
  const [machine] = machinesNamed(machines, node);
  if (!machine) return leave(`node ${node} has no Machine`);
  return approve(`node ${node} of Machine ${machine.metadata?.name} renews its certificate`);
}

function decideServing(asked: Asked, { machines, nodes, reserved }: Inventory): Decision {
  const name = nodeName(asked);
  if (asked.requester !== asked.request.commonName || !asked.groups.includes("system:nodes")) {
    return leave(`${asked.requester} is not the node ${name}`);
  }
  const node = nodes.find((each) => each.metadata?.name === name);
  if (!node) return leave(`node ${name} does not exist`);
  const [machine] = machinesNamed(machines ?? [], name);
  if (machines && !machine) return leave(`node ${name} has no Machine`);
  const addresses = machine ? machine.status?.addresses : node.status?.addresses;
  const own = new Set([name, ...(addresses ?? []).map(({ address }) => canonicalIp(address))]);
  const names = [...asked.request.dnsNames, ...asked.request.ipAddresses];
  const foreign = names.filter((each) => !own.has(each));
  if (foreign.length > 0) {
    return leave(
      `${foreign.join(", ")} is not known as an address of ${machine ? `Machine ${machine.metadata?.name}` : `node ${name}`}`,
    );
  }
  const taken = names.filter(
    (each) => reserved.includes(each) || nodes.some((other) => other !== node && isNamed(other, each)),
  );
  if (taken.length > 0) return leave(`${taken.join(", ")} belongs to another node or to the cluster itself`);
  return approve(`node ${name} serves under its own addresses`);
}

function nodeName({ request }: Asked): string {
  return request.commonName.slice(nodePrefix.length);
}

/** The Machines that are, or can become, the node of that name. */
function machinesNamed(machines: Machine[], node: string): Machine[] {
  return machines.filter(({ status }) =>
    status?.nodeRef ? status.nodeRef.name === node : status?.addresses?.some(({ address }) => address === node),
  );
}

function isNamed(node: Node, name: string): boolean {
  return (
    node.metadata?.name === name || (node.status?.addresses ?? []).some(({ address }) => canonicalIp(address) === name)
  );
}
