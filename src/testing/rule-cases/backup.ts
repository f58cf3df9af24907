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
  schedule("clusterName cannot change", {
    from: {},
    refuse: { "spec.clusterName": "other" },
    accept: { "spec.every": "2h" },
  }),
  schedule("write a period such as 30m, 1h or 30d", {
    refuse: [{ "spec.every": "1h30m" }, { "spec.every": "0m" }, { "spec.keepFor": "30" }],
    accept: { "spec.every": "90m" },
  }),
];
