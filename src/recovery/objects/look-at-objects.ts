import { Agent, agentMachineLabel, agentMachineNamespaceLabel } from "../../api/agent.ts";
import { Namespace } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { same } from "../../kube/status-patch.ts";
import type { Recorded } from "../backup/recorded.ts";
import { checkHostNamespaces } from "./host-namespaces.ts";
import { presentObject } from "./present-object.ts";
import { Refused } from "./refused.ts";
import { restorableKind } from "./restorable-kinds.ts";

export interface LookOptions {
  kube: Kube;
  signal: AbortSignal;
  /** As they are to be made again. */
  objects: readonly Recorded[];
  /** The uid of the Restore. */
  madeBy: string;
}

/** So many are named where many are in the way. */
const named = 5;

/**
 * Sees that nothing is in the way of what is to be made again; throws `Refused` where something is. Says what stays as it
 * is and is not as it was.
 */
export async function lookAtObjects({ kube, signal, objects, madeBy }: LookOptions): Promise<string | undefined> {
  const inTheWay: string[] = [];
  const given: string[] = [];
  for (const each of objects) {
    const kind = restorableKind(each.facts);
    if (!kind) throw new Error(`Cannot restore a ${each.facts.kind}: no backup holds any`);
    const present = await presentObject({ kube, signal }, kind, each, madeBy);
    if (present.is === "another") inTheWay.push(nameOf(each));
    if (present.is === "kept" && !isBoundAs(present.object, each.object)) given.push(nameOf(each));
  }
  if (inTheWay.length > 0) {
    throw new Refused(
      `There is already something else than what the backup holds under these names: ${listed(inTheWay)}; nothing is written over: move it away, or delete it where it is not needed`,
    );
  }
  await checkHostNames({ kube, signal, objects, madeBy });
  await checkHostNamespaces({ kube, signal, objects, madeBy });
  if (given.length === 0) return undefined;
  return `These hosts were given back or given elsewhere since the backup, and their nodes do not come back: ${listed(given)}`;
}

const listed = (names: readonly string[]) =>
  `${names.slice(0, named).join(", ")}${names.length > named ? ` and ${names.length - named} more` : ""}`;

/** Whether an Agent has the cluster and the machine that another had. Who has been let go has reset the host. */
function isBoundAs(present: Resource, recorded: Resource): boolean {
  return recorded.kind !== Agent.kind || same(bindingOf(present as Agent), bindingOf(recorded as Agent));
}

function bindingOf({ spec, metadata }: Agent) {
  const { name, namespace } = spec.clusterDeploymentName ?? {};
  const labels = metadata?.labels ?? {};
  const machine = `${labels[agentMachineNamespaceLabel] ?? ""}/${labels[agentMachineLabel] ?? ""}`;
  return { name: name ?? "", namespace: namespace ?? "", machine };
}

/** On a control plane's namespace: see controllers/hosted-cluster/host-names.ts. */
const hostNamesAnnotation = "hypershift.openshift.io/host-names";

/** A host name that another cluster was given meanwhile would keep the restored one from ever being reached. */
async function checkHostNames({ kube, signal, objects }: LookOptions): Promise<void> {
  const recorded = objects.find(({ facts }) => facts.kind === Namespace.kind);
  const wanted = hostNames(recorded?.object.metadata?.annotations);
  if (wanted.length === 0) return;
  const namespaces = await kube.list(Namespace, { signal, live: true });
  const others = namespaces.filter(({ metadata }) => metadata?.name !== recorded?.facts.name);
  const taken = others
    .flatMap(({ metadata }) => hostNames(metadata?.annotations))
    .filter((name) => wanted.includes(name));
  if (taken.length > 0) {
    throw new Refused(
      `Another hosted cluster here has the host name ${taken[0]} of this one: give one of them another`,
    );
  }
}

const hostNames = (annotations: Record<string, string> = {}) =>
  (annotations[hostNamesAnnotation] ?? "").split(",").filter(Boolean);

const nameOf = ({ facts: { kind, namespace, name } }: Recorded) => `${kind} ${namespace ? `${namespace}/` : ""}${name}`;
