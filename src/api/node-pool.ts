import type { Static } from "typebox";
import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { nodePoolSpec, nodePoolStatus } from "./schema/node-pool.ts";

/** Nodes of the same kind of one hosted cluster. */
export type NodePool = Resource & { spec: Static<typeof nodePoolSpec>; status?: Static<typeof nodePoolStatus> };
export const NodePool = kind<NodePool>("hypershift.openshift.io/v1beta1", "NodePool", "nodepools");
