import { of, type RuleCase } from "./rule-case.ts";

const restore = of("restore");
const toTime = of("restore-time");
const drill = of("drill");

/** Rules of a Restore and of a Drill. */
export const restoreCases: readonly RuleCase[] = [
  restore("a restore cannot change", { from: {}, refuse: { "spec.from.backupName": "other" } }),
  restore("write backupName, or locationName and path, or time", {
    refuse: [
      { "spec.from": { backupName: "b", locationName: "offsite", path: "clusters/demo/b" } },
      { "spec.from": {} },
      { "spec.from.time": "2026-01-31T18:00:00Z" },
      { "spec.from": { locationName: "offsite", path: "clusters/demo/b", time: "2026-01-31T18:00:00Z" } },
    ],
    accept: [
      { "spec.from": { locationName: "offsite", path: "clusters/demo/b" } },
      { "spec.from": { time: "2026-01-31T18:00:00Z" } },
    ],
  }),
  toTime("locationName and path go together", {
    refuse: { "spec.from": { backupName: "one", locationName: "store" } },
    accept: { "spec.from": { time: "2026-01-31T18:00:00Z" } },
  }),
  restore("locationName and path go together", {
    refuse: [
      { "spec.from": { locationName: "offsite" } },
      { "spec.from": { backupName: "b", path: "clusters/demo/b" } },
    ],
  }),
  restore("write <namespace>/<cluster>/<backup>", {
    refuse: { "spec.from": { locationName: "offsite", path: "clusters/demo" } },
  }),
  drill("a drill cannot change", {
    from: {},
    refuse: [{ "spec.from.backupName": "other" }, { "spec.from": undefined }],
  }),
];
