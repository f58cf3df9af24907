import { of, type RuleCase } from "./rule-case.ts";

const verification = of("verification");

/** Rules of a Verification. */
export const verificationCases: readonly RuleCase[] = [
  verification("a verification cannot change", { from: {}, refuse: { "spec.tryFor": "1m" } }),
  verification("write a duration of at most an hour", {
    refuse: [{ "spec.tryFor": "soon" }, { "spec.tryFor": "61m" }],
    accept: { "spec.tryFor": "1h" },
  }),
];
