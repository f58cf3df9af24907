import { Drill } from "../drill.ts";
import { backedUpCluster } from "./backed-up-cluster.ts";
import { conditions } from "./conditions.ts";
import { age, type Definition } from "./definition.ts";
import { immutable, int64, object, optional, text, time } from "./field.ts";
import { operations, snapshotFacts } from "./recovery-progress.ts";
import { checkResults } from "./verification-checks.ts";

/** What to try. */
export const drillSpec = object(
  {
    clusterName: backedUpCluster(),
    from: optional(
      object(
        { backupName: text("Name of a Backup of it, in the same namespace.", { minLength: 1, maxLength: 253 }) },
        "What to restore; the newest good Backup where absent.",
      ),
    ),
  },
  "What to try.",
  { rules: [immutable("a drill cannot change: make another one")] },
);

/** How it went. */
export const drillStatus = object(
  {
    observedGeneration: optional(int64("The generation that the status is about.")),
    startedAt: optional(time("When it began.")),
    completedAt: optional(time("When it was over, one way or the other, and nothing was left of it.")),
    backupName: optional(text("The Backup that is restored.", { maxLength: 253 })),
    namespaceUID: optional(
      text("Of the namespace that it has made for its control plane: no other is used or removed.", { maxLength: 64 }),
    ),
    snapshot: optional(snapshotFacts),
    problem: optional(text("Why its Job could not read the backup the last time.", { maxLength: 4096 })),
    revision: optional(int64("Revision of etcd that the restored one begins with.")),
    rtoSeconds: optional(
      int64("Recovery time: seconds from the beginning until every check had passed; absent where they have not."),
    ),
    rpoSeconds: optional(
      int64("Recovery point: how many seconds old the backup was at the beginning, counted from when it was complete."),
    ),
    operations: optional(operations),
    checks: optional(checkResults),
    conditions: optional(
      conditions(
        "`Succeeded` is True only where every check passed; `Reconciling` while it goes on, `Stalled` where it failed.",
      ),
    ),
  },
  "How it went.",
);

const succeeded = '.status.conditions[?(@.type=="Succeeded")]';

export const drillDefinition: Definition = {
  kind: Drill,
  singular: "drill",
  categories: ["hypershift"],
  description:
    "Restores a Backup of a hosted cluster into a control plane that nobody else reaches, proves it with the checks that need no nodes, and removes it. The cluster itself is not touched.",
  spec: drillSpec,
  specRequired: true,
  status: drillStatus,
  columns: [
    { name: "Cluster", path: ".spec.clusterName", description: "The HostedCluster." },
    { name: "Backup", path: ".status.backupName", description: "What was restored." },
    { name: "Succeeded", path: `${succeeded}.status`, description: "Whether every check passed." },
    { name: "RTO", path: ".status.rtoSeconds", type: "integer", description: "Seconds until every check had passed." },
    { name: "RPO", path: ".status.rpoSeconds", type: "integer", description: "How many seconds old the backup was." },
    { name: "Message", path: `${succeeded}.message`, description: "How far it is.", priority: 1 },
    age,
  ],
};
