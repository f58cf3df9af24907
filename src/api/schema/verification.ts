import { Verification } from "../verification.ts";
import { conditions } from "./conditions.ts";
import { age, type Definition } from "./definition.ts";
import { immutable, int64, list, object, optional, rule, text, time } from "./field.ts";
import { checkName, checkResults, objectCounts } from "./verification-checks.ts";

/** What to prove. */
export const verificationSpec = object(
  {
    checks: optional(
      list(checkName("Name of a check."), "Only these checks; all where absent.", {
        listType: "set",
        minItems: 1,
        maxItems: 50,
      }),
    ),
    objectCounts: optional(
      objectCounts("How many objects of each resource there should be, as the manifest of a backup tells them."),
    ),
    revision: optional(int64("etcd is to be at this revision at least.")),
    tryFor: optional(
      text("How long what fails is tried again, counted from the beginning.", {
        maxLength: 32,
        default: "0s",
        rules: [
          rule(
            "self.matches('^([0-9]+(s|m|h))+$') && duration(self) <= duration('1h')",
            "write a duration of at most an hour, such as 90s or 10m",
          ),
        ],
      }),
    ),
  },
  "What to prove.",
  { rules: [immutable("a verification cannot change: make another one")] },
);

/** What was found. */
export const verificationStatus = object(
  {
    observedGeneration: optional(int64("The generation that the status is about.")),
    startedAt: optional(time("When the checks began.")),
    completedAt: optional(time("When the last one had ended. What is here then does not change any more.")),
    checks: optional(checkResults),
    conditions: optional(conditions("`Succeeded`; `Reconciling` while it runs, `Stalled` where it failed.")),
  },
  "What was found.",
);

const succeeded = '.status.conditions[?(@.type=="Succeeded")]';

export const verificationDefinition: Definition = {
  kind: Verification,
  singular: "verification",
  description:
    "Asks the control-plane-operator of the namespace for the proof that its hosted cluster works. It goes an hour after it is complete.",
  spec: verificationSpec,
  specRequired: true,
  status: verificationStatus,
  columns: [
    { name: "Succeeded", path: `${succeeded}.status`, description: "Whether every check passed." },
    { name: "Message", path: `${succeeded}.message`, description: "What was found." },
    age,
  ],
};
