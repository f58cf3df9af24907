import { CustomResourceDefinition } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { readCrds } from "../install/crds.ts";
import { managersOf } from "../install/managers-of.ts";

/** The definitions that `hcp install` made and that are there: ours, and those of Cluster API. Never somebody else's. */
export async function installedCrds(kube: Kube, root: string): Promise<Resource[]> {
  const names = readCrds(root).map(({ metadata }) => metadata?.name);
  const present = await kube.list(CustomResourceDefinition, { metadataOnly: true });
  return present
    .filter(({ metadata }) => names.includes(metadata?.name) || metadata?.name?.endsWith(".cluster.x-k8s.io"))
    .filter((crd) => managersOf(crd).includes("hcp"))
    .map(({ metadata }) => ({
      apiVersion: CustomResourceDefinition.apiVersion,
      kind: CustomResourceDefinition.kind,
      metadata: { name: metadata?.name },
    }));
}
