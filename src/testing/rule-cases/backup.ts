import { of, type RuleCase } from "./rule-case.ts";

const backup = of("backup");
const schedule = of("backup-schedule");

/** Rules of a Backup and of a BackupSchedule. */
export const backupCases: readonly RuleCase[] = [
  backup("a backup cannot change", {
    from: {},
    refuse: { "spec.locationName": "other" },
    accept: { "metadata.labels": { a: "b" } },
  }),
  backup("write the name of a HostedCluster", {
    refuse: [{ "spec.clusterName": "my cluster" }, { "spec.clusterName": "a/b" }],
    accept: { "spec.clusterName": "my-cluster.2" },
  }),
  backup("choose a name of at most 200 characters", {
    refuse: { "metadata.name": "a".repeat(201) },
    accept: { "metadata.name": "a".repeat(200) },
  }),
  backup("changes is the folder beside the backups", {
    refuse: { "metadata.name": "changes" },
    accept: { "metadata.name": "changes-2" },
  }),
  schedule("choose a name of at most 63 characters", {
    refuse: { "metadata.name": "a".repeat(64) },
    accept: { "metadata.name": "a".repeat(63) },
  }),
  schedule("clusterName cannot change", {
    from: {},
    refuse: { "spec.clusterName": "other" },
    accept: { "spec.every": "2h" },
  }),
  schedule("write a period such as 30m, 1h or 30d", {
    refuse: [{ "spec.every": "1h30m" }, { "spec.every": "0m" }, { "spec.keepFor": "30" }, { "spec.drillEvery": "7" }],
    accept: { "spec.every": "90m" },
  }),
];
