import type { ContractReference } from "../api/cluster-api.ts";
import type { HostedCluster } from "../api/hosted-cluster.ts";
import type { NodePool } from "../api/node-pool.ts";
import type { Kind } from "../kube/kind.ts";
import type { Kube } from "../kube/kube.ts";
import type { Resource } from "../kube/resource.ts";

/** What a platform's infrastructure object is made from. */
export interface InfrastructureFacts {
  cluster: HostedCluster;
  /** The control plane's namespace. */
  namespace: string;
  /** Where the API server of the hosted cluster answers, once that is known. */
  endpoint?: { host: string; port: number };
}

/** What a platform's machine template is made from. */
export interface MachineTemplateFacts {
  pool: NodePool;
  cluster: HostedCluster;
  /** The control plane's namespace. */
  namespace: string;
}

/** Machines that a node pool wants and cannot have. */
export interface Shortage {
  reason: string;
  /** How many there are, how many are wanted, and what to do. */
  message: string;
}

/** Where nodes run. Everything that differs from one platform to the next; all functions without a client are pure. */
export interface Platform {
  /** As in `spec.platform.type`. */
  type: string;
  /** Cluster API's infrastructure object of the cluster. Absent where the platform makes no machines. */
  infrastructure?: (facts: InfrastructureFacts) => Resource;
  /** The kind of these moulds: they are followed. */
  machineTemplateKind?: Kind;
  /** The mould for a pool's machines, without its name: that follows from its content. */
  machineTemplate?: (facts: MachineTemplateFacts) => Resource & { spec: object };
  /** What is wrong with a HostedCluster for this platform, in a sentence that says what to do, or nothing. */
  problem?: (cluster: HostedCluster, kube: Kube) => Promise<string | undefined>;
  /** Says where a pool waits for machines that are not there. `waiting`: names of its infrastructure objects that wait. */
  shortage?: (facts: MachineTemplateFacts & { waiting: string[] }, kube: Kube) => Promise<Shortage | undefined>;
}

/** How Cluster API names an object of a provider. */
export function contractReference(object: Resource): ContractReference {
  const [apiGroup = ""] = (object.apiVersion ?? "").split("/");
  return { apiGroup, kind: object.kind ?? "", name: object.metadata?.name ?? "" };
}
