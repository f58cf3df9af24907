import Type from "typebox";
import { int32, int64, list, map, object, oneOf, text } from "./field.ts";

/** The name of a check. */
export const checkName = (description: string) => text(description, { minLength: 1, maxLength: 63 });

/** What checks found, as a Verification and a Restore report it. */
export const checkResults = list(
  object(
    {
      name: checkName("Name of the check."),
      title: text("What has to be so.", { maxLength: 255 }),
      result: oneOf(["passed", "failed", "skipped"], "Whether it is so; `skipped` where there is nothing to ask."),
      message: text("What was found.", { maxLength: 4096 }),
      milliseconds: int32("How long it took.", { minimum: 0 }),
    },
    "One check.",
  ),
  "What each check found.",
  { listType: "map", listMapKeys: ["name"], maxItems: 50 },
);

/** How many objects there are of each resource. */
export const objectCounts = (description: string) =>
  Type.Unsafe<Record<string, number>>(map(description, { values: int64("How many."), maxProperties: 2000 }));
