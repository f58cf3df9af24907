import { Agent } from "../../api/agent.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { NodePool } from "../../api/node-pool.ts";
import type { Kind } from "../../kube/kind.ts";
import { ConfigMap, Namespace, Secret } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { recordedKinds } from "../backup/recorded-kinds.ts";

/** Every kind whose objects are among a backup's, and may be made again from one. */
export const restorableKinds: readonly Kind[] = [
  Namespace,
  Secret,
  ConfigMap,
  HostedCluster,
  NodePool,
  ...recordedKinds,
  Agent,
];

/** The kind of a recorded object; nothing where a backup has no objects of it. */
export function restorableKind({ apiVersion, kind }: Pick<Resource, "apiVersion" | "kind">): Kind | undefined {
  return restorableKinds.find((each) => each.kind === kind && each.apiVersion === apiVersion);
}
