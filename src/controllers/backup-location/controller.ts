import { BackupLocation, type BackupLocation as Location } from "../../api/backup-location.ts";
import { findCondition } from "../../kube/conditions.ts";
import { type Context, type Controller, type Outcome, type Wait, wait, watches } from "../../kube/controller.ts";
import { ConfigMap, Job, PersistentVolumeClaim, Pod, Secret } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { recoveryProgramLabel } from "../../recovery/jobs/recovery-job.ts";
import { podProblem } from "../hosted-control-plane/pod-problem.ts";
import type { RecoveryOptions } from "../recovery-options.ts";
import { stateCourse } from "../state-course.ts";
import { withConditions } from "../with-conditions.ts";
import { findReferences } from "./find-references.ts";
import { probeJob, probeProgram } from "./probe-job.ts";
import { whatToProbe } from "./what-to-probe.ts";

const minuteMs = 60_000;
/** How old the last look may be: a location is to be known to work before a backup or a restore wants it. */
const lookAgainMs = 4 * 60 * minuteMs;
/** The same where it found something wrong. */
const tryAgainMs = 10 * minuteMs;

/** Tries each location now and then, and tells what there is in it. What lies in a location is never touched. */
export function backupLocationController({
  operatorNamespace: namespace,
  recoveryImage,
}: RecoveryOptions): Controller<Location> {
  const all = () => undefined;
  return {
    name: "backup-location",
    kind: BackupLocation,
    watches: [
      watches<Job>({ kind: Job, namespace, labels: { [recoveryProgramLabel]: probeProgram }, keysOf: ownersOf }),
      watches<Secret>({ kind: Secret, namespace, keysOf: all }),
      watches<ConfigMap>({ kind: ConfigMap, namespace, keysOf: all }),
      watches<PersistentVolumeClaim>({ kind: PersistentVolumeClaim, namespace, keysOf: all }),
    ],
    resyncMs: maxAgeMs,
    reconcile: (location, context) => look(location, { ...context, namespace, image: recoveryImage }),
    summarize: report,
  };
}

const ownersOf = ({ metadata }: Resource) =>
  (metadata?.ownerReferences ?? []).flatMap(({ kind, name }) => (kind === BackupLocation.kind ? [name] : []));

const maxAgeMs = ({ status }: Location) => (status?.lastProbe?.reason ? tryAgainMs : lookAgainMs);

async function look(
  location: Location,
  { kube, now, namespace, image }: Context & { namespace: string; image: string | undefined },
): Promise<Outcome> {
  if (!image) {
    const message = `The operator knows no image that works on backups; run "hcp install" with a release that has the image "recovery"`;
    return wait("ProbeFailed", message, tryAgainMs);
  }
  const { missing, versions } = await findReferences(location, namespace, kube);
  if (missing) return wait("InvalidLocation", missing, minuteMs);
  const of = whatToProbe(location, versions);
  const last = location.status?.lastProbe;
  const isFresh = last?.of === of && now().getTime() - Date.parse(last.time) < maxAgeMs(location);
  const job = isFresh ? undefined : probeJob(location, { namespace, image, of });
  const mine = (await kube.list(Job, { namespace, labels: { [recoveryProgramLabel]: probeProgram } })).filter((each) =>
    ownersOf(each).includes(location.metadata?.name ?? ""),
  );
  for (const { metadata } of mine) {
    if (metadata?.name !== job?.metadata?.name)
      await kube.delete(Job, metadata?.name ?? "", namespace, { propagation: "Background" });
  }
  if (!job) return undefined;
  const name = job.metadata?.name ?? "";
  const found = mine.find(({ metadata }) => metadata?.name === name) ?? (await kube.apply(job));
  const failed = found.status?.conditions?.find(({ type, status }) => type === "Failed" && status === "True");
  const pods = await kube.list(Pod, { namespace, labels: { "batch.kubernetes.io/job-name": name } });
  const problem = podProblem(pods, []);
  if (failed || problem) {
    const why = problem ?? failed?.message ?? "it does not say why";
    return wait(
      "ProbeFailed",
      `The job ${namespace}/${name}, which is to look at the location, does not: ${why}`,
      minuteMs,
    );
  }
  const isOver = found.status?.conditions?.some(({ type, status }) => type === "Complete" && status === "True");
  if (!isOver) return wait("ProbeInProgress", "The location is being looked at", minuteMs);
  // What it wrote may be newer than what this pass was given. One that ended without a word is made again.
  const written = await kube.get(BackupLocation, location.metadata?.name ?? "", undefined, { live: true });
  if (written?.status?.lastProbe?.time === last?.time)
    await kube.delete(Job, name, namespace, { propagation: "Background" });
  return wait("ProbeInProgress", "The location is being looked at", 1_000);
}

function report(location: Location, { wait, error }: { wait?: Wait; error?: Error }, { now }: Context): void {
  const problem = wait ?? (error && { reason: "Error", message: error.message });
  const available = availability(location, problem);
  if (available) {
    const conditions = withConditions(location, [{ type: "Available", ...available }], now());
    location.status = { ...location.status, conditions };
  }
  stateCourse(location, { reconciling: problem }, now());
}

interface Availability {
  status: "True" | "False" | "Unknown";
  reason: string;
  message: string;
}

/** What the last look says; nothing new while the next one is under way. */
function availability(
  { metadata, status }: Location,
  problem: { reason: string; message: string } | undefined,
): Availability | undefined {
  if (!problem) {
    const { reason, message = "" } = status?.lastProbe ?? {};
    if (reason) return { status: "False", reason, message };
    return { status: "True", reason: "AsExpected", message: "Backups can be written, read and deleted" };
  }
  if (problem.reason !== "ProbeInProgress") return { status: "False", ...onlyCause(problem) };
  const before = findCondition(status?.conditions, "Available");
  if (before && before.observedGeneration === metadata?.generation) return undefined;
  return { status: "Unknown", ...onlyCause(problem) };
}

const onlyCause = ({ reason, message }: { reason: string; message: string }) => ({ reason, message });
