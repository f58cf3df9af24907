import { of, type RuleCase } from "./rule-case.ts";

const restore = of("restore");

/** Rules of a Restore. */
export const restoreCases: readonly RuleCase[] = [
  restore("a restore cannot change", { from: {}, refuse: { "spec.from.backupName": "other" } }),
  restore("write backupName, or locationName and path", {
    refuse: [
      { "spec.from": { backupName: "b", locationName: "offsite", path: "clusters/demo/b" } },
      { "spec.from": {} },
    ],
    accept: { "spec.from": { locationName: "offsite", path: "clusters/demo/b" } },
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
];
