import { BackupSchedule } from "../../api/backup-schedule.ts";
import { periodMs } from "../../api/period-ms.ts";
import { isAlreadyExists, isInvalid } from "../../kube/api-error.ts";
import { checked, flag, integer, text } from "../arg.ts";
import { command } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import { checkCluster } from "./check-cluster.ts";
import { locationOrOnly } from "./location-or-only.ts";

const period = (value: string) => (periodMs(value) === undefined ? "a period such as 30m, 1h or 30d" : undefined);

export default command({
  summary: "Back up a hosted cluster again and again, and delete old backups",
  description: `
A backup goes when there are more good ones than --keep, and when it is older than --keep-for, but never the last good
one. A failed or missing backup is told by the condition BackupCurrent of the schedule and of the HostedCluster. With
--drill-every, a drill (see "hcp drill") tries again and again whether the newest good backup can be restored.`,
  examples: [
    "create backup-schedule --cluster demo --every 1h --keep 24 --keep-for 30d --drill-every 7d",
    "create backup-schedule --cluster demo --every 1h --keep 24 --continuous",
  ],
  args: {
    cluster: text("The hosted cluster", { required: true, placeholder: "NAME", aliases: ["cluster-name"] }),
    namespace: text("Where its HostedCluster is", { default: "clusters", placeholder: "NAME", short: "n" }),
    location: text("The BackupLocation; the only one where absent", { placeholder: "NAME" }),
    name: text("The schedule's name; that of the cluster where absent", { placeholder: "NAME" }),
    every: checked("How often", period, { required: true, placeholder: "PERIOD" }),
    keep: integer("How many good backups to keep; all where absent", { min: 1, max: 1000 }),
    keepFor: checked("How long to keep them; for ever where absent", period, { placeholder: "PERIOD" }),
    continuous: flag("Ship all changes in between, too, for hcp restore cluster --at"),
    drillEvery: checked("How often to try whether the newest good backup can be restored; never where absent", period, {
      placeholder: "PERIOD",
    }),
    render: flag("Print the BackupSchedule instead of making it"),
  },
  async run({ args, out, kube }) {
    const { cluster, namespace, every, keep, keepFor, continuous, drillEvery, name = args.cluster } = args;
    const schedule = (locationName: string): BackupSchedule => ({
      apiVersion: BackupSchedule.apiVersion,
      kind: BackupSchedule.kind,
      metadata: { name, namespace },
      spec: {
        ...{ clusterName: cluster, locationName, every },
        ...(keep && { keep }),
        ...(keepFor && { keepFor }),
        ...(continuous && { continuous }),
        ...(drillEvery && { drillEvery }),
      },
    });
    if (args.render && args.location) return out.yaml([schedule(args.location)]);
    const management = await kube();
    const locationName = await locationOrOnly(management, args.location);
    if (args.render) return out.yaml([schedule(locationName)]);
    await checkCluster(management, cluster, namespace);
    try {
      await management.create(schedule(locationName));
    } catch (error) {
      if (isAlreadyExists(error)) {
        throw new Error(`The BackupSchedule ${namespace}/${name} exists already: change it with kubectl edit`);
      }
      if (isInvalid(error)) throw new UsageError((error as Error).message);
      throw error;
    }
    out.line(`BackupSchedule ${namespace}/${name} created: ${cluster} is backed up to ${locationName} every ${every}`);
  },
});
