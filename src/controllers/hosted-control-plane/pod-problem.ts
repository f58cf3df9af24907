import type { PersistentVolumeClaim, Pod } from "../../kube/kinds.ts";
import { lastError } from "./last-error.ts";

/** What keeps the first of these pods that is not ready: no room, no volume, an image, a program that ends. Or nothing. */
export function podProblem(pods: readonly Pod[], claims: readonly PersistentVolumeClaim[]): string | undefined {
  for (const pod of pods) {
    const problem = unscheduled(pod, claims) ?? waiting(pod);
    if (problem) return problem;
  }
}

function unscheduled({ metadata, spec, status }: Pod, claims: readonly PersistentVolumeClaim[]): string | undefined {
  const placed = status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (placed?.status !== "False") return undefined;
  const used = (spec?.volumes ?? []).map(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName);
  const homeless = claims.find(
    (claim) =>
      used.includes(claim.metadata?.name) && claim.status?.phase === "Pending" && !claim.spec?.storageClassName,
  );
  if (homeless) {
    return `the PersistentVolumeClaim ${homeless.metadata?.name} of the pod ${metadata?.name} has no StorageClass, and the management cluster no default one`;
  }
  const reason = sentence(placed.message ?? placed.reason ?? "nobody says why");
  const room = /insufficient|too many pods/i.test(reason) ? ": add nodes to the management cluster, or free some" : "";
  return `no node takes the pod ${metadata?.name}: ${reason}${room}`;
}

/** In the kubelet's words an image that cannot be pulled, in its own why a program ends again and again. */
function waiting({ metadata, status }: Pod): string | undefined {
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const held = containers.find(({ state }) => state?.waiting?.message);
  const ended = held?.lastState?.terminated;
  // How long it is left alone now is news every time, and no cause.
  if (held?.state?.waiting?.reason === "CrashLoopBackOff" && ended) {
    const why = sentence(lastError(ended.message)) || ended.reason || "without a word";
    return `${held.name} in the pod ${metadata?.name} ended with ${ended.exitCode}: ${why}`;
  }
  return held && `the pod ${metadata?.name} waits: ${sentence(held.state?.waiting?.message ?? "")}`;
}

function sentence(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().replace(/\.$/, "");
}
