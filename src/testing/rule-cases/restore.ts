import { of, type RuleCase } from "./rule-case.ts";

const restore = of("restore");

/** Rules of a Restore. */
export const restoreCases: readonly RuleCase[] = [
  restore("a restore cannot change", { from: {}, refuse: { "spec.from.backupName": "other" } }),
];
