import { BackupSchedule } from "../backup-schedule.ts";
import { backedUpCluster } from "./backed-up-cluster.ts";
import { conditions } from "./conditions.ts";
import { age, type Definition } from "./definition.ts";
import { bool, int32, int64, object, optional, rule, text, time } from "./field.ts";
import { observedGeneration, unobserved } from "./observed.ts";
import { shortName } from "./short-name.ts";

const period = (description: string) =>
  text(description, {
    maxLength: 6,
    rules: [rule("self.matches('^[1-9][0-9]{0,4}[mhd]$')", "write a period such as 30m, 1h or 30d")],
  });

/** What to back up, how often, and how long to keep it. */
export const backupScheduleSpec = object(
  {
    clusterName: backedUpCluster(rule("self == oldSelf", "clusterName cannot change: make another schedule")),
    locationName: text("Name of the BackupLocation that backups go to.", { minLength: 1, maxLength: 253 }),
    every: period("How often, such as `1h`."),
    keep: optional(
      int32("How many good backups there are at most; older ones are deleted. As many as there are where absent.", {
        minimum: 1,
        maximum: 1000,
      }),
    ),
    keepFor: optional(
      period("How long a backup is kept, such as `30d`; the newest good one for ever. For ever where absent."),
    ),
    continuous: optional(
      bool(
        "Whether all changes of etcd between backups are shipped to the location, too, every few seconds: the cluster can then be put back to any time since the oldest backup.",
      ),
    ),
    drillEvery: optional(
      period(
        "How often a Drill tries whether the newest good backup can be restored, such as `7d`. Never where absent.",
      ),
    ),
  },
  "What to back up, how often, and how long to keep it.",
);

/** What the schedule did. */
export const backupScheduleStatus = object(
  {
    observedGeneration,
    lastStarted: optional(time("The time that the last backup was due at, which is a part of its name.")),
    lastSucceeded: optional(
      object(
        { name: text("Name of the Backup.", { maxLength: 253 }), time: time("When it was complete.") },
        "The newest good backup.",
      ),
    ),
    changes: optional(
      object(
        {
          history: optional(text("What etcd has come from: after each restore another one.", { maxLength: 200 })),
          run: optional(
            text("What this row of changes without a gap is called, which is when it began.", { maxLength: 32 }),
          ),
          first: optional(int64("Revision of etcd that it begins with.")),
          revision: optional(int64("Revision up to which all changes are in the location.")),
          time: optional(time("When that one was made.")),
          until: optional(time("Everything that was acknowledged before is in the location.")),
          problem: optional(text("Why changes are not shipped just now.", { maxLength: 1024 })),
        },
        "How far changes are shipped; written a few times a minute.",
      ),
    ),
    lastDrill: optional(time("The time that the last drill was due at, which is a part of its name.")),
    conditions: optional(
      conditions(
        "`BackupCurrent` is True where the newest good backup is as young as the schedule wants it, and `ChangesShipped` where changes are shipped, too, and follow upon a backup; with drillEvery `DrillPassed` tells how the last drill went.",
      ),
    ),
  },
  "What the schedule did.",
  { default: unobserved },
);

export const backupScheduleDefinition: Definition = {
  kind: BackupSchedule,
  singular: "backupschedule",
  categories: ["hypershift"],
  description: "Makes backups of a hosted cluster again and again, and deletes old ones, but never the last good one.",
  spec: backupScheduleSpec,
  specRequired: true,
  rules: [shortName(63, "the name of a schedule is a label of its backups")],
  status: backupScheduleStatus,
  columns: [
    { name: "Cluster", path: ".spec.clusterName", description: "The HostedCluster." },
    { name: "Location", path: ".spec.locationName", description: "Where backups go." },
    { name: "Every", path: ".spec.every", description: "How often." },
    {
      name: "Last",
      path: ".status.lastSucceeded.time",
      type: "date",
      description: "When the newest good one was made.",
    },
    {
      name: "Current",
      path: '.status.conditions[?(@.type=="BackupCurrent")].status',
      description: "Whether the newest good backup is young enough.",
    },
    {
      name: "Message",
      path: '.status.conditions[?(@.type=="BackupCurrent")].message',
      description: "Why it is not.",
      priority: 1,
    },
    age,
  ],
};
