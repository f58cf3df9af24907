import { type Watch, watches } from "../../kube/controller.ts";
import { Job } from "../../kube/kinds.ts";
import { workForAnnotation, workForKindLabel } from "./do-work.ts";

/** Wakes the object that a Job works for when that is further. */
export function watchJobs(kind: string, namespace: string): Watch {
  return watches<Job>({
    kind: Job,
    namespace,
    labels: { [workForKindLabel]: kind },
    reads: ({ metadata, status }) => [metadata?.annotations, metadata?.deletionTimestamp, status],
    keysOf: ({ metadata }) => [metadata?.annotations?.[workForAnnotation] ?? ""].filter(Boolean),
  });
}
