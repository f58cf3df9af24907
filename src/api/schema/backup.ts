import { Backup } from "../backup.ts";
import { backedUpCluster } from "./backed-up-cluster.ts";
import { conditions } from "./conditions.ts";
import { age, type Definition } from "./definition.ts";
import { bool, immutable, int64, list, object, optional, ratcheted, rule, text, time } from "./field.ts";
import { observedGeneration, unobserved } from "./observed.ts";
import { shortName } from "./short-name.ts";

/** What to back up, and where to. */
export const backupSpec = object(
  {
    clusterName: backedUpCluster(),
    locationName: text("Name of the BackupLocation that it goes to.", { minLength: 1, maxLength: 253 }),
  },
  "What to back up, and where to.",
  { rules: [immutable("a backup cannot change: make another one")] },
);

/** What became of the backup. */
export const backupStatus = object(
  {
    observedGeneration,
    path: optional(text("What the names of its objects in the location begin with.", { maxLength: 1024 })),
    place: optional(text("The place that the location was when this was begun.", { maxLength: 1300 })),
    completedAt: optional(time("When it was complete.")),
    clusterUID: optional(
      text("UID of the HostedCluster that it is of: another one may have its name later.", { maxLength: 64 }),
    ),
    version: optional(text("Version of the hosted cluster.", { maxLength: 64 })),
    revision: optional(int64("Revision of etcd that it holds.")),
    history: optional(
      text("What its etcd has come from: after each restore another one. Changes of the same follow upon it.", {
        maxLength: 200,
      }),
    ),
    objects: optional(int64("How many objects of the management cluster it holds.")),
    bytes: optional(int64("Bytes in the location.")),
    encrypted: optional(bool("Whether it can only be read with a private key.")),
    problem: optional(text("Why the last attempt to make, read or delete it failed.", { maxLength: 4096 })),
    deleted: optional(bool("Whether what lay in the location is deleted: the Backup is about to go.")),
    verification: optional(
      object(
        {
          of: text("Digest of the annotation `recovery.roost.dev/verify` that asked for it.", { maxLength: 253 }),
          time: time("When it was done."),
          opened: bool(
            "Whether the parts were looked into, now or when damage was found inside. Where no private key is at hand, they are only compared with what was stored.",
          ),
          problems: optional(
            list(text("A problem, in a sentence.", { maxLength: 1024 }), "What was found; absent where all is well.", {
              listType: "atomic",
              maxItems: 20,
            }),
          ),
          unread: optional(
            text("Why it could not be read this time; the problems are then those that were found before.", {
              maxLength: 4096,
            }),
          ),
        },
        "The last time that all of it was read again.",
      ),
    ),
    conditions: optional(
      conditions(
        "`Succeeded` is True once the backup is complete, and False once it has failed for good. `Verified` tells what reading it again found.",
      ),
    ),
  },
  "What became of the backup.",
  { default: unobserved },
);

export const backupDefinition: Definition = {
  kind: Backup,
  singular: "backup",
  categories: ["hypershift"],
  description:
    "One backup of a hosted cluster: its etcd, and all in the management cluster that belongs to it. Deleting it deletes what lies in its location.",
  spec: backupSpec,
  specRequired: true,
  rules: [
    shortName(200, "the name of a backup is a part of what its objects in the location are called"),
    ratcheted(rule("self.metadata.name != 'changes'", "changes is the folder beside the backups: choose another name")),
  ],
  status: backupStatus,
  columns: [
    { name: "Cluster", path: ".spec.clusterName", description: "The HostedCluster." },
    { name: "Location", path: ".spec.locationName", description: "Where it is kept." },
    {
      name: "Succeeded",
      path: '.status.conditions[?(@.type=="Succeeded")].status',
      description: "Whether it is complete.",
    },
    {
      name: "Verified",
      path: '.status.conditions[?(@.type=="Verified")].status',
      description: "Whether it was read again and found whole.",
    },
    { name: "Completed", path: ".status.completedAt", type: "date", description: "When it was complete." },
    {
      name: "Message",
      path: '.status.conditions[?(@.type=="Succeeded")].message',
      description: "How it went.",
      priority: 1,
    },
    age,
  ],
};
