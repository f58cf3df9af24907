import { components } from "../../control-plane/index.ts";
import { readEndpoints } from "../../guest/read-endpoints.ts";
import { Deployment, StatefulSet } from "../../kube/kinds.ts";
import { componentState } from "./component-state.ts";
import type { Pass, PlaneStep } from "./pass.ts";

/** Looks how the components are without changing anything, as while paused. */
export const observeComponents: PlaneStep = async (pass) => {
  const { kube, hcp } = pass;
  const [workloads, { endpoints }] = await Promise.all([workloadsOf(pass), readEndpoints(kube, hcp)]);
  pass.endpoints = { ...endpoints, ...pass.endpoints };
  for (const workload of workloads) {
    const name = workload.metadata?.name ?? "";
    pass.workloads.set(name, workload);
    pass.states.set(name, componentState(name, workload));
  }
};

/** The workloads of the components that are there. */
export async function workloadsOf({ kube, namespace }: Pick<Pass, "kube" | "namespace">) {
  const [deployments, statefulSets] = await Promise.all([
    kube.list(Deployment, { namespace }),
    kube.list(StatefulSet, { namespace }),
  ]);
  return [...statefulSets, ...deployments].filter(({ metadata }) =>
    components.some(({ name }) => name === metadata?.name),
  );
}
