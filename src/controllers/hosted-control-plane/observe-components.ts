import { endpoints } from "../../control-plane/endpoints.ts";
import { components } from "../../control-plane/index.ts";
import { Deployment, Service, StatefulSet } from "../../kube/kinds.ts";
import { componentState } from "./component-state.ts";
import type { PlaneStep } from "./pass.ts";

/** Looks how the components are without changing anything, as while paused. */
export const observeComponents: PlaneStep = async (pass) => {
  const { kube, namespace, hcp } = pass;
  const [deployments, statefulSets, services] = await Promise.all([
    kube.list(Deployment, { namespace }),
    kube.list(StatefulSet, { namespace }),
    kube.list(Service, { namespace }),
  ]);
  pass.endpoints = { ...endpoints(hcp.spec, services), ...pass.endpoints };
  for (const { name } of components) {
    const isNamed = ({ metadata }: Deployment | StatefulSet) => metadata?.name === name;
    const statefulSet = statefulSets.find(isNamed);
    const workload = statefulSet ? { ...statefulSet, kind: "StatefulSet" as const } : deployments.find(isNamed);
    if (!workload) continue;
    pass.workloads.set(name, workload);
    pass.states.set(name, componentState(name, workload));
  }
};
