import Type from "typebox";
import type { Condition } from "../condition.ts";
import { int64, list, object, optional, text, time } from "./field.ts";

/** Conditions of a node pool: as elsewhere, with a severity, and with a reason that may be missing. */
export const nodePoolConditions = Type.Unsafe<(Condition & { severity?: string })[]>(
  list(
    object(
      {
        type: text("What the condition is about.", { maxLength: 316 }),
        status: text("`True`, `False` or `Unknown`."),
        severity: optional(
          text("How bad it is where it does not hold: `Error`, `Warning` or `Info`.", { maxLength: 1024 }),
        ),
        reason: optional(text("The cause in one word, for programs.", { maxLength: 1024 })),
        message: optional(text("The cause in a sentence, for people.", { maxLength: 32768 })),
        lastTransitionTime: time("When the status last changed."),
        observedGeneration: optional(int64("The generation of the node pool that this was found for.", { minimum: 0 })),
      },
      "One fact about the node pool.",
    ),
    "What works and what does not.",
    { maxItems: 100 },
  ),
);
