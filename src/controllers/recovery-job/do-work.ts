import type { BackupLocation } from "../../api/backup-location.ts";
import { isAlreadyExists } from "../../kube/api-error.ts";
import { findCondition } from "../../kube/conditions.ts";
import { Job, Pod } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { keyOf } from "../../kube/watch.ts";
import { recoveryJob } from "../../recovery/jobs/recovery-job.ts";
import { podProblem } from "../hosted-control-plane/pod-problem.ts";
import type { RecoveryOptions } from "../recovery-options.ts";

/** Annotation of a Job: the object that it works for, as `namespace/name`. */
export const workForAnnotation = "recovery.roost.dev/for";
/** Label of a Job: the kind of that object. */
export const workForKindLabel = "recovery.roost.dev/for-kind";

/** A piece of work on data, which the operator itself never touches. */
export interface Work {
  /** The Job's name: of the same work the same. */
  name: string;
  /** Of src/main.ts. It writes what came of it, and why it failed, into the status of the object it works for. */
  program: string;
  args: string[];
  /** Whom it is for. */
  owner: Resource & { kind: string };
  /** None where it works on no store. */
  location?: Pick<BackupLocation, "spec">;
  /** How long all its tries may take together. */
  deadlineSeconds?: number;
}

/**
 * How a piece of work stands: `failed` is final, with what the Job says and since when; the program's own words are in
 * the status.
 */
export type WorkState =
  | { state: "done" }
  | { state: "running"; message: string }
  | { state: "failed"; message: string; since?: string };

/** Has a piece of work done by a Job, and tells how it stands. Every such program can be run again at any point. */
export async function doWork(kube: Kube, options: RecoveryOptions, work: Work): Promise<WorkState> {
  const { operatorNamespace: namespace, recoveryImage: image } = options;
  if (!image) {
    const message =
      "the operator was installed without the image recovery: run hcp install with a release that has one";
    return { state: "running", message };
  }
  const { name, program, args, owner, location, deadlineSeconds } = work;
  const job = await kube.get(Job, name, namespace, { live: true });
  if (!job) {
    const labels = { [workForKindLabel]: owner.kind };
    const annotations = { [workForAnnotation]: keyOf(owner) };
    const what = { program, args, location, deadlineSeconds };
    const made = recoveryJob({ namespace, name, image, labels, annotations, ...what });
    await kube.create(made).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
    return { state: "running", message: "its pod is starting" };
  }
  if (job.metadata?.deletionTimestamp) return { state: "running", message: "a former Job is going" };
  const conditions = job.status?.conditions as JobCondition[] | undefined;
  const failed = findCondition(conditions, "Failed");
  if (failed?.status === "True") {
    return { state: "failed", message: failed.message || "its Job failed", since: failed.lastTransitionTime };
  }
  if (findCondition(conditions, "Complete")?.status === "True") return { state: "done" };
  return { state: "running", message: podProblem(await podsOf(kube, namespace, name), []) ?? "it is under way" };
}

type JobCondition = { type: string; status: string; message?: string; lastTransitionTime?: string };

/**
 * Takes a Job away: so that the work is done once more, or once it is written down that it is done, because the pod of a
 * Job that has ended still holds the claim of its volume.
 */
export async function forgetWork(kube: Kube, { operatorNamespace }: RecoveryOptions, name: string): Promise<void> {
  await kube.delete(Job, name, operatorNamespace, { propagation: "Background" });
}

/** Ends a Job whose program must not write any more: says what of it is still there, and nothing once all of it is gone. */
export async function endWork(
  kube: Kube,
  { operatorNamespace: namespace }: RecoveryOptions,
  name: string,
): Promise<string | undefined> {
  const job = await kube.get(Job, name, namespace, { live: true });
  // So that it makes no pod any more, and is there until none is left.
  if (job && !job.metadata?.deletionTimestamp) await kube.delete(Job, name, namespace, { propagation: "Foreground" });
  // Asked for also where the Job is gone: somebody else may have deleted it, and its pod runs on for a while.
  const [pod] = await podsOf(kube, namespace, name);
  if (pod) {
    const { nodeName } = pod.spec ?? {};
    const where = nodeName ? ` on the node ${nodeName}` : "";
    return `The pod ${namespace}/${pod.metadata?.name}${where} is to end first`;
  }
  return job && `The Job ${namespace}/${name} is to go first`;
}

const podsOf = (kube: Kube, namespace: string, job: string) =>
  kube.list(Pod, { namespace, labels: { "batch.kubernetes.io/job-name": job }, live: true });
