import type { CustomResourceDefinition } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Out } from "../out.ts";
import { applyCrds, waitForDeployment } from "./steps.ts";

export interface Install {
  kube: Kube;
  namespace: string;
  crds: CustomResourceDefinition[];
  /** All else, from `installManifests`. */
  resources: Resource[];
  /** How long to wait until everything runs, as Go writes durations; not at all where absent. */
  wait?: string;
  out: Pick<Out, "step">;
  signal: AbortSignal;
}

/** Makes the operator be there: what differs is changed, what is as it should be is left alone. */
export async function install({ kube, namespace, crds, resources, wait, out, signal }: Install): Promise<void> {
  await out.step("CustomResourceDefinitions", (progress) => applyCrds(kube, crds, progress, signal));
  await out.step(`Operator in namespace ${namespace}`, async (progress) => {
    for (const group of applyOrder(resources)) await Promise.all(group.map((object) => kube.apply(object)));
    progress.result(`${resources.length} objects`);
  });
  if (wait === undefined) return;
  const deployments = resources.filter(({ kind }) => kind === "Deployment").map(({ metadata }) => metadata?.name ?? "");
  await Promise.all(
    deployments.map((name) =>
      out.step(`Deployment ${name}`, (progress) =>
        waitForDeployment(kube, name, namespace, { progress, signal, timeout: wait }),
      ),
    ),
  );
}

/** The namespace first, then what pods refer to, then the pods: so that nothing fails on the way and is tried again. */
function applyOrder(resources: Resource[]): Resource[][] {
  const namespaces = resources.filter(({ kind }) => kind === "Namespace");
  const workloads = resources.filter(({ kind }) => kind === "Deployment");
  const others = resources.filter((each) => !namespaces.includes(each) && !workloads.includes(each));
  return [namespaces, others, workloads];
}
