import { Backup, scheduleLabel } from "../../api/backup.ts";
import { BackupLocation } from "../../api/backup-location.ts";
import { BackupSchedule } from "../../api/backup-schedule.ts";
import type { ConditionUpdate } from "../../api/condition.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { isAlreadyExists } from "../../kube/api-error.ts";
import { findCondition } from "../../kube/conditions.ts";
import { type Context, type Controller, type Outcome, wait, watches } from "../../kube/controller.ts";
import { recordEvent } from "../../kube/events.ts";
import { Deployment, Pod } from "../../kube/kinds.ts";
import { keyOf } from "../../kube/watch.ts";
import { recoveryProgramLabel } from "../../recovery/jobs/recovery-job.ts";
import { isAhead } from "../backup-schedule/is-ahead.ts";
import { ofCluster } from "../backup-schedule/of-cluster.ts";
import { podProblem } from "../hosted-control-plane/pod-problem.ts";
import { workForAnnotation } from "../recovery-job/do-work.ts";
import type { RecoveryOptions } from "../recovery-options.ts";
import { withConditions } from "../with-conditions.ts";
import { neededBase, nextTry } from "./needed-base.ts";
import type { ShippedTimes } from "./shipped-times.ts";
import { shipping, silentMs } from "./shipping.ts";
import { shippingDeployment, shippingName, shippingProgram } from "./shipping-deployment.ts";

export interface ChangeShippingOptions extends RecoveryOptions {
  /** Told how far changes are shipped, for metrics. */
  shippedTimes: ShippedTimes;
}

/** Has the changes of clusters shipped whose schedule is continuous, tells how that goes, and has the backup made that it needs. */
export function changeShippingController(options: ChangeShippingOptions): Controller<BackupSchedule> {
  const { operatorNamespace, shippedTimes } = options;
  const ofNamespace = (metadata: { namespace?: string } | undefined, schedules: BackupSchedule[]) =>
    schedules.filter((each) => each.spec.continuous && each.metadata?.namespace === metadata?.namespace);
  return {
    name: "change-shipping",
    kind: BackupSchedule,
    finalizer: "recovery.roost.dev/changes",
    watches: [
      watches<Deployment>({
        kind: Deployment,
        namespace: operatorNamespace,
        labels: { [recoveryProgramLabel]: shippingProgram },
        keep: true,
        keysOf: ({ metadata }) => [metadata?.annotations?.[workForAnnotation] ?? ""].filter(Boolean),
      }),
      watches<BackupLocation>({
        kind: BackupLocation,
        keep: true,
        reads: ({ metadata, spec }) => [metadata?.uid, spec],
        keysOf: ({ metadata }, schedules) =>
          (schedules() as BackupSchedule[]).filter(({ spec }) => spec.locationName === metadata?.name).map(keyOf),
      }),
      // Only that they are there, or go.
      watches<HostedCluster>({
        kind: HostedCluster,
        reads: ({ metadata }) => [metadata?.uid, metadata?.deletionTimestamp],
        keysOf: ({ metadata }, schedules) =>
          ofNamespace(metadata, schedules() as BackupSchedule[])
            .filter(({ spec }) => spec.clusterName === metadata?.name)
            .map(keyOf),
      }),
      watches<Backup>({
        kind: Backup,
        keep: true,
        keysOf: ({ metadata, spec }, schedules) =>
          ofNamespace(metadata, schedules() as BackupSchedule[])
            .filter((each) => each.spec.clusterName === spec?.clusterName)
            .map(keyOf),
      }),
    ],
    async reconcile(schedule, context) {
      const outcome = await keepShipping(schedule, context, options);
      shippedTimes.remember(schedule);
      return outcome;
    },
    async cleanup(schedule, { kube }) {
      await kube.delete(Deployment, shippingName(schedule), operatorNamespace);
    },
    gone: (key) => shippedTimes.forget(key),
  };
}

async function keepShipping(
  schedule: BackupSchedule,
  context: Context,
  { operatorNamespace: namespace, recoveryImage: image }: ChangeShippingOptions,
): Promise<Outcome> {
  const { kube, now } = context;
  const { spec, metadata } = schedule;
  const cluster = await kube.get(HostedCluster, spec.clusterName, metadata?.namespace, { live: true });
  const name = shippingName(schedule);
  if (!spec.continuous || !cluster || cluster.metadata?.deletionTimestamp) {
    const labels = { [recoveryProgramLabel]: shippingProgram };
    const present = await kube.list(Deployment, { namespace, labels });
    if (present.some((each) => each.metadata?.name === name)) await kube.delete(Deployment, name, namespace);
    const { changes: _, ...status } = schedule.status ?? {};
    const conditions = status.conditions?.filter(({ type }) => type !== "ChangesShipped");
    schedule.status = { ...status, ...(conditions && { conditions }) } as BackupSchedule["status"];
    return;
  }
  const location = await kube.get(BackupLocation, spec.locationName);
  if (!location) {
    const message = `Changes are not shipped: there is no BackupLocation ${spec.locationName}: make it`;
    return state(schedule, context, { status: "False", reason: "LocationNotFound", message });
  }
  if (!image) {
    const message =
      "Changes are not shipped: the operator was installed without the image recovery: run hcp install with a release that has one";
    return state(schedule, context, { status: "False", reason: "ChangesNotShipped", message });
  }
  await kube.apply(shippingDeployment(schedule, location, { namespace, image }));
  const only = { name: spec.clusterName, uid: cluster.metadata?.uid ?? "" };
  const backups = ofCluster(await kube.list(Backup, { namespace: metadata?.namespace }), only);
  const inLocation = backups.filter((backup) => backup.spec.locationName === spec.locationName);
  const { changes } = schedule.status ?? {};
  const failed = await ensureBase(schedule, context, inLocation);
  const isSilent = !changes?.until || now().getTime() - Date.parse(changes.until) > silentMs;
  // Whether its pod runs is of interest where it says nothing.
  const pods = isSilent ? await kube.list(Pod, { namespace, labels: { name }, live: true }) : [];
  const pod = podProblem(pods, []);
  await state(schedule, context, shipping({ changes, backups: inLocation, failed, pod }, now()));
  return wait("AsExpected", "Whether changes are still shipped is looked at", silentMs);
}

/**
 * Changes that follow upon no backup are of no use, and very many take longer to make once more than anybody can wait: a
 * backup is made at once. Gives the one that failed where none is there yet and another is made later.
 */
async function ensureBase(
  schedule: BackupSchedule,
  context: Context,
  backups: readonly Backup[],
): Promise<Backup | undefined> {
  const { kube, log, now } = context;
  const { metadata = {}, spec, status } = schedule;
  const { changes } = status ?? {};
  const base = changes && neededBase(changes, backups);
  if (!base) return;
  // It may follow; if it does not, this is looked at again when it is complete.
  if (backups.some((backup) => isAhead(backup, spec.locationName))) return;
  const { name, failed } = nextTry(`${metadata.name}-${base}`, backups, now());
  if (!name) return failed;
  const made: Backup = {
    apiVersion: Backup.apiVersion,
    kind: Backup.kind,
    metadata: { name, namespace: metadata.namespace, labels: { [scheduleLabel]: metadata.name ?? "" } },
    spec: { clusterName: spec.clusterName, locationName: spec.locationName },
  };
  try {
    await kube.create(made);
  } catch (error) {
    // Made before, and not seen here yet, or another cluster's.
    if (isAlreadyExists(error)) return failed;
    throw error;
  }
  log.info({ backup: name, ...changes }, "a backup is made that changes follow upon");
  const message = `The backup ${name} is made, upon which the changes follow that are shipped`;
  await tell(schedule, context, { type: "Normal", reason: "ShippingBegins", message });
  return failed;
}

async function state(schedule: BackupSchedule, context: Context, found: Omit<ConditionUpdate, "type">): Promise<void> {
  const { now } = context;
  const before = findCondition(schedule.status?.conditions, "ChangesShipped");
  const update = { type: "ChangesShipped", ...found };
  schedule.status = { ...schedule.status, conditions: withConditions(schedule, [update], now()) };
  if (found.status !== "False" || before?.status === "False") return;
  const { reason, message = "" } = found;
  await tell(schedule, context, { type: "Warning", reason, message });
}

async function tell(schedule: BackupSchedule, context: Context, event: Parameters<typeof recordEvent>[2]) {
  const about = { ...schedule, apiVersion: BackupSchedule.apiVersion, kind: BackupSchedule.kind };
  await recordEvent({ ...context, component: "change-shipping" }, about, event);
}
