import { Restore } from "../../api/restore.ts";
import { doWork, endWork, forgetWork, type WorkState } from "../recovery-job/do-work.ts";
import { Failed, idOf, type Pass } from "./operation.ts";

type Step = NonNullable<NonNullable<Restore["status"]>["objects"]>["step"];

/** Has a Job do one step with the objects of a cluster that is made again; says what is still to come. */
export async function withObjects(pass: Pass, step: Step): Promise<string | undefined> {
  const { kube, restore, options, location, path } = pass;
  const isOfStore = step !== "Remove";
  if (isOfStore && (!location || !path)) throw new Failed("The BackupLocation is gone");
  const { name = "", namespace = "" } = restore.metadata ?? {};
  const { clusterName, formerIsGone } = restore.spec;
  const job = jobName(pass, step);
  const outcome = await doWork(kube, options, {
    name: job,
    program: "restore-objects",
    args: [
      ...["--step", step, "--restore", name, "--restore-namespace", namespace],
      ...["--uid", idOf(pass), "--cluster", clusterName],
      ...(isOfStore && path ? ["--path", path] : []),
      ...(formerIsGone ? ["--former-is-gone", "true"] : []),
    ],
    owner: { ...restore, kind: Restore.kind },
    ...(isOfStore && { location }),
  });
  if (step === "Remove" && outcome.state !== "done") return keepRemoving(pass, outcome);
  if (outcome.state === "running") return outcome.message;
  const told = (await kube.get(Restore, name, namespace, { live: true }))?.status?.objects;
  const objects = told?.step === step ? told : undefined;
  if (outcome.state === "failed") throw new Failed(objects?.problem ?? outcome.message);
  restore.status = { ...restore.status, objects };
  if (objects?.problem) throw new Failed(objects.problem);
  if (objects) return undefined;
  await forgetWork(kube, options, job);
  return "It is not known what came of it: it is done again";
}

/** How long what could not be removed is left alone before that is tried again. */
const removeAgainMs = 60_000;

/** What was made is removed, however often it has to be tried: whoever gave up would leave half a cluster for ever. */
async function keepRemoving(pass: Pass, outcome: Exclude<WorkState, { state: "done" }>): Promise<string> {
  const { kube, options, restore, now } = pass;
  const { objects } = restore.status ?? {};
  const problem = objects?.step === "Remove" ? objects.problem : undefined;
  const since = outcome.state === "failed" ? (outcome.since ?? "") : undefined;
  // What is no date is long ago.
  if (since !== undefined && !(now().getTime() - Date.parse(since) < removeAgainMs)) {
    await endWork(kube, options, jobName(pass, "Remove"));
  }
  if (since === undefined && !problem) return outcome.message;
  return `What was made cannot be removed: ${problem ?? outcome.message}; it is tried again`;
}

/**
 * Nothing of the cluster is made any more: says what may still make some. What was removed beside that would be there
 * again in half.
 */
export async function endMaking(pass: Pass): Promise<string | undefined> {
  for (const step of ["Look", "Make"] as const) {
    const left = await endWork(pass.kube, pass.options, jobName(pass, step));
    if (left) return left;
  }
}

/** What there is of such Jobs goes. */
export async function forgetObjects(pass: Pass): Promise<void> {
  for (const step of ["Look", "Make", "Remove"] as const) {
    await forgetWork(pass.kube, pass.options, jobName(pass, step));
  }
}

const jobName = (pass: Pass, step: Step) => `restore-objects-${step.toLowerCase()}-${idOf(pass)}`;
