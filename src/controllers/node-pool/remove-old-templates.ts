import { MachineDeployment, MachineSet } from "../../api/cluster-api.ts";
import type { ListOptions } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { managesMachines } from "./ensure-machines.ts";
import { poolLabel } from "./machine-metadata.ts";
import type { Pass } from "./pass.ts";

/** Removes machine templates that no machines are made from any more. */
export async function removeOldTemplates(pass: Pass): Promise<void> {
  const { kube, pool, namespace, platform } = pass;
  const { machineTemplateKind: kind } = platform;
  if (!managesMachines(pass) || !kind) return;
  const labels = { [poolLabel]: pool.metadata?.name ?? "" };
  const templates = await kube.list(kind, { namespace, labels });
  const seen = await inUse(pass, { namespace, labels });
  const isOld = (names: Set<string>) => (template: Resource) =>
    names.size > 0 && !names.has(template.metadata?.name ?? "");
  if (!templates.some(isOld(seen))) return;
  // Cluster API may just have made a set that memory does not have yet.
  const names = await inUse(pass, { namespace, labels, live: true });
  for (const { metadata } of templates.filter(isOld(names))) await kube.delete(kind, metadata?.name ?? "", namespace);
}

/** The names of the templates that machines are made from. */
async function inUse({ kube }: Pass, options: ListOptions): Promise<Set<string>> {
  const [deployments, sets] = await Promise.all([
    kube.list(MachineDeployment, options),
    kube.list(MachineSet, options),
  ]);
  // Sets without machines stay for a while as history; what they were made from need not.
  const used = [...deployments, ...sets.filter(({ spec }) => (spec.replicas ?? 0) > 0)];
  return new Set(used.map(({ spec }) => spec.template.spec.infrastructureRef.name));
}
