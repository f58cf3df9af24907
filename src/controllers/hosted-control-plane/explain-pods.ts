import { wait } from "../../kube/controller.ts";
import { PersistentVolumeClaim, Pod } from "../../kube/kinds.ts";
import type { PlaneStep } from "./pass.ts";
import { podProblem } from "./pod-problem.ts";

/** No event of ours tells that a pod finds no place, or finds one. */
const lookAgainMs = 15_000;

/** Says beside "0 of 1 replicas are ready" what keeps the pods from it. */
export const explainPods: PlaneStep = async (pass) => {
  const { kube, namespace, states, workloads } = pass;
  const short = [...states].filter(([name, { available }]) => !available.is && workloads.has(name));
  if (short.length === 0) return;
  const [pods, claims] = await Promise.all([
    kube.list(Pod, { namespace }),
    kube.list(PersistentVolumeClaim, { namespace }),
  ]);
  for (const [name, state] of short) {
    const selector = Object.entries(workloads.get(name)?.spec?.selector?.matchLabels ?? {});
    const ours = pods.filter(({ metadata }) => selector.every(([key, value]) => metadata?.labels?.[key] === value));
    const problem = podProblem(ours, claims);
    if (!problem) continue;
    const message = `${state.available.message}; ${problem}`;
    states.set(name, { ...state, available: { ...state.available, message } });
  }
  pass.waits.push(wait("ComponentsNotAvailable", short[0]?.[1].available.message ?? "", lookAgainMs));
};
