import { int64, list, object, oneOf, optional, text, time } from "./field.ts";
import { objectCounts } from "./verification-checks.ts";

/** What the manifest of a backup says of its snapshot. */
export const snapshotFacts = object(
  {
    revision: int64("Revision of etcd that the snapshot holds."),
    sha256: text("SHA-256 of the snapshot.", { minLength: 64, maxLength: 64 }),
    objectCounts: objectCounts("How many objects of each resource it holds."),
    cluster: optional(
      object(
        {
          uid: text("UID that its HostedCluster had.", { maxLength: 64 }),
          clusterID: optional(text("`spec.clusterID` of that, which a move leaves as it is.", { maxLength: 64 })),
        },
        "The cluster that it is of.",
      ),
    ),
  },
  "What the manifest of the backup says of its snapshot.",
);

/** The journal of a plan. */
export const operations = list(
  object(
    {
      name: text("Name of the operation.", { minLength: 1, maxLength: 63 }),
      title: text("What it does.", { maxLength: 255 }),
      state: oneOf(["Pending", "Running", "Done", "Failed", "Undone"], "How far it is."),
      message: optional(text("What is still to come, or what went wrong.", { maxLength: 4096 })),
      startedAt: optional(time("When it began.")),
      completedAt: optional(time("When it was over.")),
      takenBackAt: optional(time("When it began to be taken back.")),
    },
    "One operation.",
  ),
  "The plan, in order, and how far it is: what goes on after any death.",
  { listType: "map", listMapKeys: ["name"], maxItems: 50 },
);
