import { Restore } from "../restore.ts";
import { conditions } from "./conditions.ts";
import { age, type Definition } from "./definition.ts";
import { immutable, int64, list, object, oneOf, optional, text, time } from "./field.ts";
import { checkResults, objectCounts } from "./verification-checks.ts";

/** What to put back, and from where. */
export const restoreSpec = object(
  {
    clusterName: text("Name of the HostedCluster, in the same namespace.", { minLength: 1, maxLength: 253 }),
    from: object(
      { backupName: text("Name of a Backup of it, in the same namespace.", { minLength: 1, maxLength: 253 }) },
      "What to put it back to.",
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
    snapshot: optional(
      object(
        {
          revision: int64("Revision of etcd that the snapshot holds."),
          sha256: text("SHA-256 of the snapshot.", { minLength: 64, maxLength: 64 }),
          objectCounts: objectCounts("How many objects of each resource it holds."),
        },
        "What the manifest of the backup says of its snapshot.",
      ),
    ),
    revision: optional(int64("Revision of etcd that the restored one begins with, above all that were seen.")),
    operations: optional(
      list(
        object(
          {
            name: text("Name of the operation.", { minLength: 1, maxLength: 63 }),
            title: text("What it does.", { maxLength: 255 }),
            state: oneOf(["Pending", "Running", "Done", "Failed", "Undone"], "How far it is."),
            message: optional(text("What is still to come, or what went wrong.", { maxLength: 4096 })),
            startedAt: optional(time("When it began.")),
            completedAt: optional(time("When it was over.")),
          },
          "One operation.",
        ),
        "The plan, in order, and how far it is: what goes on after any death.",
        { listType: "map", listMapKeys: ["name"], maxItems: 50 },
      ),
    ),
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
    "Puts a hosted cluster back to what a Backup holds, in place: its nodes run on, and its API is away meanwhile.",
  spec: restoreSpec,
  specRequired: true,
  status: restoreStatus,
  columns: [
    { name: "Cluster", path: ".spec.clusterName", description: "The HostedCluster." },
    { name: "Backup", path: ".spec.from.backupName", description: "What it is put back to." },
    { name: "Succeeded", path: `${succeeded}.status`, description: "Whether it is back, and every check passed." },
    { name: "Message", path: `${succeeded}.message`, description: "How far it is." },
    age,
  ],
};
