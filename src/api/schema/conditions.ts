import Type from "typebox";
import type { Condition } from "../condition.ts";
import { int64, list, object, oneOf, optional, text, time } from "./field.ts";

/** The list of conditions in a status, one entry for each type. */
export function conditions(description: string, options: { minItems?: number; maxItems?: number } = {}) {
  const condition = object(
    {
      type: text("What the condition is about.", {
        maxLength: 316,
        pattern:
          "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$",
      }),
      status: oneOf(["True", "False", "Unknown"], "Whether it holds."),
      reason: text("The cause in one word, for programs.", {
        minLength: 1,
        maxLength: 1024,
        pattern: "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$",
      }),
      message: text("The cause in a sentence, for people. May be empty.", { maxLength: 32768 }),
      lastTransitionTime: time("When the status last changed."),
      observedGeneration: optional(
        int64("The generation of the object that this was found for; an older one may be out of date.", { minimum: 0 }),
      ),
    },
    "One fact about the object.",
  );
  const schema = list(condition, description, { listType: "map", listMapKeys: ["type"], maxItems: 100, ...options });
  return Type.Unsafe<Condition[]>(schema);
}
