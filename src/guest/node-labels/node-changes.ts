import type { Machine } from "../../api/cluster-api.ts";
import type { Node } from "../../kube/kinds.ts";

type Taint = NonNullable<NonNullable<Node["spec"]>["taints"]>[number];

const labelPrefix = "managed.hypershift.openshift.io.";
const taintsAnnotation = "hypershift.openshift.io/nodePoolTaints";
const nodePoolLabel = "hypershift.openshift.io/nodePool";
/** On Nodes: what came from the NodePool, so that it can be taken back and all else is left alone. */
const managedAnnotation = "hypershift.openshift.io/managed-by-node-pool";

/** What a node has of its NodePool. */
interface Managed {
  labels: string[];
  /** `key:effect`, by which taints differ. */
  taints: string[];
}

/** The patch that brings the labels and taints of a Machine's NodePool to its Node; nothing where they are there. */
export function nodeChanges(machine: Machine, node: Node): object | undefined {
  const labels = wantedLabels(machine);
  const taints = wantedTaints(machine);
  const before = managedOf(node);
  const after: Managed = { labels: Object.keys(labels).sort(), taints: taints.map(taintName).sort() };

  const present = node.metadata?.labels ?? {};
  const gone = before.labels.filter((key) => !(key in labels) && key in present);
  const changed = Object.entries(labels).filter(([key, value]) => present[key] !== value);
  const newTaints = mergedTaints(node.spec?.taints ?? [], before.taints, taints);
  const remembered = JSON.stringify(after);
  const mustRemember = node.metadata?.annotations?.[managedAnnotation] !== remembered;
  const providerID = node.spec?.providerID ? undefined : machine.spec.providerID;
  if (gone.length + changed.length === 0 && !newTaints && !mustRemember && !providerID) return;
  return {
    metadata: {
      resourceVersion: node.metadata?.resourceVersion,
      labels: Object.fromEntries([...changed, ...gone.map((key) => [key, null] as const)]),
      annotations: { [managedAnnotation]: remembered },
    },
    spec: { ...(newTaints && { taints: newTaints }), ...(providerID && { providerID }) },
  };
}

function wantedLabels({ metadata }: Machine): Record<string, string> {
  const own = Object.entries(metadata?.labels ?? {})
    .filter(([key]) => key.startsWith(labelPrefix))
    .map(([key, value]) => [key.slice(labelPrefix.length), value] as const);
  const pool = metadata?.labels?.[nodePoolLabel];
  return {
    "node-role.kubernetes.io/worker": "",
    ...(pool !== undefined && { [nodePoolLabel]: pool }),
    ...Object.fromEntries(own),
  };
}

function wantedTaints({ metadata }: Machine): Taint[] {
  return parsed<Taint[]>(metadata?.annotations?.[taintsAnnotation]) ?? [];
}

function managedOf({ metadata }: Node): Managed {
  return { labels: [], taints: [], ...parsed<Partial<Managed>>(metadata?.annotations?.[managedAnnotation]) };
}

/** The node's taints with those of its pool, or nothing where that is what it has. */
function mergedTaints(present: Taint[], managed: string[], wanted: Taint[]): Taint[] | undefined {
  const names = new Set([...managed, ...wanted.map(taintName)]);
  const others = present.filter((taint) => !names.has(taintName(taint)));
  const isThere = (taint: Taint) =>
    present.some((each) => taintName(each) === taintName(taint) && (each.value ?? "") === (taint.value ?? ""));
  if (others.length + wanted.length === present.length && wanted.every(isThere)) return;
  return [...others, ...wanted];
}

function taintName({ key, effect }: Taint): string {
  return `${key}:${effect}`;
}

function parsed<T>(text: string | undefined): T | undefined {
  try {
    return text ? (JSON.parse(text) as T) : undefined;
  } catch {
    return;
  }
}
