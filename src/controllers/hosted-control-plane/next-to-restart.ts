import { components } from "../../control-plane/index.ts";
import { componentState, isDegraded, isRolledOut } from "./component-state.ts";
import type { Outdated } from "./outdated-workloads.ts";

type Workload = Outdated["workload"];

/**
 * Which of these is to be started anew now: the first, in the order in which components are started, once those before
 * it are rolled out. An etcd that lacks a member stays as it is: it might lose its majority.
 */
export function nextToRestart(due: readonly Outdated[], workloads: readonly Workload[]): Outdated | undefined {
  for (const { name } of components) {
    const isNamed = ({ metadata }: Workload) => metadata?.name === name;
    const workload = workloads.find(isNamed);
    if (!workload) continue;
    const outdated = due.find((each) => isNamed(each.workload));
    if (outdated && !(workload.kind === "StatefulSet" && isDegraded(workload))) return outdated;
    // A replica that is missing for long must not keep the others from certificates that are valid.
    if (!isRolledOut(workload) || isDown(workload)) return;
  }
}

/** True where it is to run and so few of its replicas do that what needs it cannot start. */
function isDown(workload: Workload): boolean {
  return workload.spec?.replicas !== 0 && !componentState("", workload).available.is;
}
