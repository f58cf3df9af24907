import type { Pod } from "../../../kube/kinds.ts";
import { lastError } from "../last-error.ts";
import type { PodProblem } from "./etcd-health.ts";

/** Why pods of etcd are not ready, by their names, in the words of the management cluster. */
export function podProblems(pods: readonly Pod[]): Record<string, PodProblem> {
  return Object.fromEntries(
    pods.flatMap((pod): [string, PodProblem][] => {
      const problem = podProblem(pod);
      return problem ? [[pod.metadata?.name ?? "", problem]] : [];
    }),
  );
}

function podProblem({ metadata, status }: Pod): PodProblem | undefined {
  const name = metadata?.name ?? "";
  const said = (message: string): PodProblem => ({ reason: "EtcdWaitingForQuorum", message });
  const placed = status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (placed?.status === "False") return said(`${name} has no node: ${unplaced(placed.message)}`);
  const container = status?.containerStatuses?.find((each) => each.name === "etcd");
  if (!container || container.ready) return undefined;
  const ended = container.state?.terminated ?? container.lastState?.terminated;
  if (/no space left on device/i.test(ended?.message ?? "")) {
    return {
      reason: "EtcdDiskFull",
      message: `The volume of ${name} is full: enlarge the PersistentVolumeClaim data-${name}, or delete what is not etcd's on it`,
    };
  }
  const { waiting } = container.state ?? {};
  if (ended && (waiting || container.state?.terminated)) {
    return said(
      `${name} ended with ${ended.exitCode}: ${lastError(ended.message) || ended.reason || "without a word"}`,
    );
  }
  // Not there yet is no problem.
  if (waiting?.message) return said(`${name}: ${firstLine(waiting.message)}`);
}

function unplaced(message?: string): string {
  const reason = firstLine(message);
  if (!/anti-affinity/i.test(reason)) return reason;
  return `${reason.replace(/\.$/, "")}: add a node to the management cluster, or let members share one with the annotation hypershift.openshift.io/pod-spread=preferred on the HostedCluster`;
}

const firstLine = (text = "") => text.trim().split("\n")[0] ?? "";
