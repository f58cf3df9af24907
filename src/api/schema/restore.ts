import { Restore } from "../restore.ts";
import { conditions } from "./conditions.ts";
import { age, type Definition } from "./definition.ts";
import { bool, immutable, int64, object, oneOf, optional, rule, text, time } from "./field.ts";
import { operations, snapshotFacts } from "./recovery-progress.ts";
import { checkResults } from "./verification-checks.ts";

/** What to put back, and from where. */
export const restoreSpec = object(
  {
    clusterName: text("Name of the HostedCluster, in the same namespace.", { minLength: 1, maxLength: 253 }),
    from: object(
      {
        backupName: optional(text("Name of a Backup of it, in the same namespace.", { minLength: 1, maxLength: 253 })),
        locationName: optional(
          text(
            "The BackupLocation that the backup lies in, where there is no Backup of it here; with `time` that of the changes.",
            {
              minLength: 1,
              maxLength: 253,
            },
          ),
        ),
        path: optional(
          text("Where it lies there: `<namespace>/<cluster>/<backup>`, of the same namespace and cluster.", {
            maxLength: 1024,
            rules: [
              rule(
                "self.matches('^[^/]+/[^/]+/[^/]+$')",
                "write <namespace>/<cluster>/<backup>, as it lies in the location",
              ),
            ],
          }),
        ),
        time: optional(
          time("A time between two changes that were shipped by a BackupSchedule with `continuous`: all up to then."),
        ),
      },
      "What to put it back to.",
      {
        rules: [
          rule(
            "[has(self.backupName), has(self.path), has(self.time)].filter(given, given).size() == 1",
            "write backupName, or locationName and path, or time",
          ),
          rule(
            "has(self.locationName) ? has(self.path) || has(self.time) : !has(self.path)",
            "locationName and path go together, or locationName and time",
          ),
        ],
      },
    ),
    formerIsGone: optional(
      bool(
        "Where the cluster is to be made again and nobody can be asked: whoever asks for this has seen to it that the former control plane is gone and never comes back.",
      ),
    ),
  },
  "What to put back, and from where.",
  { rules: [immutable("a restore cannot change: make another one")] },
);

/** How far it is. */
export const restoreStatus = object(
  {
    observedGeneration: optional(int64("The generation that the status is about.")),
    startedAt: optional(time("When it began.")),
    completedAt: optional(time("When it was over, one way or the other.")),
    snapshot: optional(snapshotFacts),
    objects: optional(
      object(
        {
          step: oneOf(["Look", "Make", "Remove"], "What was done last."),
          count: optional(int64("How many objects that was about.")),
          problem: optional(text("Why it was not done.", { maxLength: 4096 })),
          warning: optional(text("What is not as it was, and cannot be put back.", { maxLength: 4096 })),
        },
        "The objects of a cluster that is made again, in the management cluster.",
      ),
    ),
    backupName: optional(
      text("Name of the Backup that it begins with, where it is put back to a time.", { minLength: 1, maxLength: 253 }),
    ),
    problem: optional(text("Why there is nothing to put it back to.", { maxLength: 4096 })),
    revision: optional(int64("Revision of etcd that the restored one begins with, above all that were seen.")),
    operations: optional(operations),
    checks: optional(checkResults),
    conditions: optional(
      conditions(
        "`Succeeded` is True only where every check passed; `Reconciling` while it goes on, `Stalled` where it failed.",
      ),
    ),
  },
  "How far it is.",
);

const succeeded = '.status.conditions[?(@.type=="Succeeded")]';

export const restoreDefinition: Definition = {
  kind: Restore,
  singular: "restore",
  categories: ["hypershift"],
  description:
    "Puts a hosted cluster back to what a backup holds, in place: its nodes run on, and its API is away meanwhile. Where there is no such HostedCluster any more, or in another management cluster, it is made again first.",
  spec: restoreSpec,
  specRequired: true,
  status: restoreStatus,
  columns: [
    { name: "Cluster", path: ".spec.clusterName", description: "The HostedCluster." },
    { name: "Backup", path: ".spec.from.backupName", description: "What it is put back to." },
    { name: "Path", path: ".spec.from.path", description: "Where that lies in its location.", priority: 1 },
    { name: "Time", path: ".spec.from.time", description: "The time that it is put back to." },
    { name: "Succeeded", path: `${succeeded}.status`, description: "Whether it is back, and every check passed." },
    { name: "Message", path: `${succeeded}.message`, description: "How far it is." },
    age,
  ],
};
