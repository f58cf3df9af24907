import { Backup, scheduleLabel } from "../../api/backup.ts";
import { BackupLocation } from "../../api/backup-location.ts";
import { BackupSchedule } from "../../api/backup-schedule.ts";
import { Drill } from "../../api/drill.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { periodMs } from "../../api/period-ms.ts";
import { isAlreadyExists } from "../../kube/api-error.ts";
import { type Condition, findCondition, isTrue } from "../../kube/conditions.ts";
import { type Context, type Controller, type Outcome, wait, watches } from "../../kube/controller.ts";
import { recordEvent } from "../../kube/events.ts";
import { isFinished } from "../backup/is-finished.ts";
import { isGood } from "../backup/is-good.ts";
import { type Course, stateCourse } from "../state-course.ts";
import { withConditions } from "../with-conditions.ts";
import { currency, outdatedAt } from "./currency.ts";
import { due } from "./due.ts";
import { isAhead } from "./is-ahead.ts";
import { keepDrills } from "./keep-drills.ts";
import { ofCluster } from "./of-cluster.ts";
import { outlived } from "./outlived.ts";
import { rfc3339, stampOf } from "./rfc3339.ts";

/** A timer cannot wait for a month. */
const longestMs = 12 * 3_600_000;

/** Makes a Backup whenever one is due, deletes those that have been kept long enough, and tells where none is young. */
export function backupScheduleController(): Controller<BackupSchedule> {
  return {
    name: "backup-schedule",
    kind: BackupSchedule,
    watches: [
      watches<Backup>({
        kind: Backup,
        keep: true,
        keysOf: ({ metadata }) => {
          const schedule = metadata?.labels?.[scheduleLabel];
          return schedule ? [`${metadata?.namespace}/${schedule}`] : [];
        },
      }),
      watches<Drill>({
        kind: Drill,
        keep: true,
        reads: ({ metadata, status }) => [metadata?.labels, metadata?.deletionTimestamp, status?.completedAt],
        keysOf: ({ metadata }) => {
          const schedule = metadata?.labels?.[scheduleLabel];
          return schedule ? [`${metadata?.namespace}/${schedule}`] : [];
        },
      }),
      // Only that they are there, or go.
      watches<HostedCluster>({
        kind: HostedCluster,
        reads: ({ metadata }) => [metadata?.uid, metadata?.deletionTimestamp],
        keysOf: ({ metadata }, schedules) =>
          (schedules() as BackupSchedule[])
            .filter(({ metadata: { namespace } = {}, spec }) => {
              return namespace === metadata?.namespace && spec.clusterName === metadata?.name;
            })
            .map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`),
      }),
    ],
    reconcile: keepTo,
  };
}

async function keepTo(schedule: BackupSchedule, context: Context): Promise<Outcome> {
  const { kube, now, log } = context;
  const { name = "", namespace = "", uid = "", creationTimestamp = "" } = schedule.metadata ?? {};
  const { spec } = schedule;
  const everyMs = periodMs(spec.every) ?? 0;
  const cluster = await kube.get(HostedCluster, spec.clusterName, namespace, { live: true });
  if (!cluster || cluster.metadata?.deletionTimestamp) {
    // Its backups are all that is left of it: none of them is too old now.
    const gone = {
      reason: "ClusterNotFound",
      message: `There is no HostedCluster ${spec.clusterName} any more: its backups stay as they are`,
    };
    state(schedule, { type: "BackupCurrent", status: "Unknown", ...gone }, { stalled: gone }, now());
    return;
  }
  const labels = { [scheduleLabel]: name };
  const only = { name: spec.clusterName, uid: cluster.metadata?.uid ?? "" };
  const backups = ofCluster(await kube.list(Backup, { namespace, labels }), only);
  const running = backups.find((backup) => isAhead(backup, spec.locationName));
  const { last, next } = due(uid, everyMs, now());
  const started = Date.parse(schedule.status?.lastStarted ?? "") || 0;
  if (!running && started < last.getTime()) {
    const made = backupAt(schedule, last);
    // There already where this pass died before it wrote that down.
    await kube.create(made).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
    schedule.status = { ...schedule.status, lastStarted: rfc3339(last) };
    log.info({ backup: made.metadata?.name }, "a backup is due");
  }
  const retention = { keep: spec.keep, keepForMs: periodMs(spec.keepFor) };
  // The last good one has to be there indeed, and not only in memory.
  const mayGo = outlived(backups, retention, now()).length > 0;
  const present = mayGo ? ofCluster(await kube.list(Backup, { namespace, labels, live: true }), only) : [];
  const locations = mayGo ? await kube.list(BackupLocation, { live: true }) : [];
  for (const old of outlived(present, retention, now())) {
    // Its deletion looks into its location: where that does not work, it would only be tried for ever.
    const location = locations.find(({ metadata }) => metadata?.name === old.spec.locationName);
    if (!old.status?.completedAt && !isTrue(location?.status?.conditions, "Available")) continue;
    await kube.delete(Backup, old.metadata?.name ?? "", namespace, { uid: old.metadata?.uid });
    log.info({ backup: old.metadata?.name }, "deleted a backup that has been kept long enough");
  }
  const newest = newestOf(backups.filter(isGood));
  const facts = { newest, last: newestOf(backups.filter(isFinished)), running };
  await report(schedule, context, facts, everyMs);
  const nextDrill = await keepDrills(schedule, context, newest !== undefined);
  const moments = [
    next,
    ...(nextDrill ? [nextDrill] : []),
    outdatedAt(newest, everyMs) ?? new Date(Date.parse(creationTimestamp) + 2 * everyMs),
  ];
  const ahead = moments.map((each) => each.getTime() - now().getTime()).filter((ms) => ms > 0);
  return wait("AsExpected", "The next backup has its time", Math.max(1_000, Math.min(longestMs, ...ahead)));
}

async function report(
  schedule: BackupSchedule,
  { kube, now, log }: Context,
  facts: { newest?: Backup; last?: Backup; running?: Backup },
  everyMs: number,
): Promise<void> {
  const { spec, metadata } = schedule;
  const before = findCondition(schedule.status?.conditions as Condition[] | undefined, "BackupCurrent");
  const since = new Date(metadata?.creationTimestamp ?? now());
  const found = currency(facts, { every: spec.every, everyMs, since }, now());
  const { newest } = facts;
  const lastSucceeded = newest && { name: newest.metadata?.name ?? "", time: newest.status?.completedAt ?? "" };
  schedule.status = { ...schedule.status, lastSucceeded };
  const { reason, message = "" } = found;
  state(schedule, found, found.status === "Unknown" ? { reconciling: { reason, message } } : {}, now());
  if (found.status !== "False" || before?.reason === reason) return;
  const about = { ...schedule, apiVersion: BackupSchedule.apiVersion, kind: BackupSchedule.kind };
  await recordEvent({ kube, log, now, component: "backup-schedule" }, about, { type: "Warning", reason, message });
}

function state(
  schedule: BackupSchedule,
  update: Parameters<typeof withConditions>[1][number],
  course: Course,
  now: Date,
) {
  schedule.status = { ...schedule.status, conditions: withConditions(schedule, [update], now) };
  stateCourse(schedule, course, now);
}

/** Without an owner: a backup outlives its schedule. */
function backupAt({ metadata, spec: { clusterName, locationName } }: BackupSchedule, time: Date): Backup {
  const { name = "", namespace } = metadata ?? {};
  return {
    apiVersion: Backup.apiVersion,
    kind: Backup.kind,
    metadata: { name: `${name}-${stampOf(time)}`, namespace, labels: { [scheduleLabel]: name } },
    spec: { clusterName, locationName },
  };
}

function newestOf(backups: readonly Backup[]): Backup | undefined {
  const time = ({ metadata, status }: Backup) => Date.parse(status?.completedAt ?? metadata?.creationTimestamp ?? "");
  return [...backups].sort((a, b) => time(b) - time(a))[0];
}
