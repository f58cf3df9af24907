import { int64, list, object, oneOf, optional, rule, text, time } from "./field.ts";
import { releaseStatus } from "./version-status.ts";

/** Releases of those parts that run on the management cluster. */
export const controlPlaneVersion = object(
  {
    desired: releaseStatus("The release that the control plane is going to run."),
    observedGeneration: optional(
      int64("The generation of the object that this was found for.", { minimum: 1, maximum: 9007199254740992 }),
    ),
    history: optional(
      list(
        object(
          {
            state: oneOf(["Completed", "Partial"], "`Completed` once every part runs the release."),
            version: text("Version.", {
              minLength: 1,
              maxLength: 64,
              rules: [
                rule(
                  "self.matches('^[0-9]+[.][0-9]+[.][0-9]+')",
                  "report a version that begins with three numbers, such as 1.34.4",
                ),
              ],
            }),
            image: text("Image.", { minLength: 1, maxLength: 447 }),
            startedTime: time("When the update to it began."),
            completionTime: optional(time("When the update was complete.")),
          },
          "A release.",
        ),
        "Releases that the control plane ran, the newest first.",
        { minItems: 1, maxItems: 100, listType: "atomic" },
      ),
    ),
  },
  "Releases of those parts of the control plane that run on the management cluster.",
);
