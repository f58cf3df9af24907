import { MachineDeployment, MachineSet } from "../../api/cluster-api.ts";
import type { Kind } from "../../kube/kind.ts";
import type { Resource } from "../../kube/resource.ts";
import { managesMachines } from "./ensure-machines.ts";
import { poolLabel } from "./machine-metadata.ts";
import type { Pass } from "./pass.ts";

/** Removes machine templates that no machines are made from any more. */
export async function removeOldTemplates(pass: Pass): Promise<void> {
  const { kube, pool, cluster, namespace, platform } = pass;
  if (!managesMachines(pass)) return;
  const template = platform.machineTemplate?.({ pool, cluster, namespace });
  const kind = template && (await kube.kindOf(template.apiVersion ?? "", template.kind ?? ""));
  if (!kind) return;
  const labels = { [poolLabel]: pool.metadata?.name ?? "" };
  const [templates, deployments, sets] = await Promise.all([
    kube.list(kind as Kind<Resource>, { namespace, labels }),
    kube.list(MachineDeployment, { namespace, labels }),
    kube.list(MachineSet, { namespace, labels }),
  ]);
  // Sets without machines stay for a while as history; what they were made from need not.
  const used = [...deployments, ...sets.filter(({ spec }) => (spec.replicas ?? 0) > 0)];
  const names = new Set(used.map(({ spec }) => spec.template.spec.infrastructureRef.name));
  if (names.size === 0) return;
  for (const { metadata } of templates) {
    if (!names.has(metadata?.name ?? "")) await kube.delete(kind, metadata?.name ?? "", namespace);
  }
}
