import { wait } from "../../kube/controller.ts";
import { PersistentVolumeClaim, Pod } from "../../kube/kinds.ts";
import { type ComponentState, type Fact, isDegraded, isRolledOut } from "./component-state.ts";
import type { PlaneStep } from "./pass.ts";
import { podProblem } from "./pod-problem.ts";

/** No event of ours tells that a pod finds no place, or finds one. */
const lookAgainMs = 15_000;

/** Says beside "0 of 1 replicas are ready", or of a roll-out that the former pods outlive, what keeps the pods. */
export const explainPods: PlaneStep = async (pass) => {
  const { kube, namespace, states, workloads } = pass;
  const short = [...states].filter(([name, { available }]) => {
    const workload = workloads.get(name);
    return workload && !(available.is && isRolledOut(workload) && !isDegraded(workload));
  });
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
    const [available, rolloutComplete] = [state.available, state.rolloutComplete].map((fact) =>
      fact.is ? fact : { ...fact, message: `${fact.message}; ${problem}` },
    ) as [Fact, Fact];
    states.set(name, { available, rolloutComplete, podProblem: problem });
  }
  const first = states.get(short[0]?.[0] ?? "") as ComponentState;
  const unmet = first.available.is ? first.rolloutComplete : first.available;
  pass.waits.push(wait(first.available.is ? unmet.reason : "ComponentsNotAvailable", unmet.message, lookAgainMs));
};
