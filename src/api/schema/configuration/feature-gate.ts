import Type from "typebox";
import { list, object, oneOf, optional, rule, text } from "../field.ts";

const gate = () => text("Name of a feature gate.", { pattern: "^([A-Za-z0-9-]+\\.)*[A-Za-z0-9-]+\\.?$" });

const stays = (set: string) =>
  rule(`oldSelf != '${set}' || self == '${set}'`, `keep featureSet ${set}: a cluster cannot leave it again`);

/** Features that are on. */
export const featureGate = object(
  {
    featureSet: optional(
      oneOf(
        ["CustomNoUpgrade", "DevPreviewNoUpgrade", "TechPreviewNoUpgrade", "OKD", ""],
        "Features that are on: those that are complete (empty), previews, or those listed in `customNoUpgrade`. A cluster with another set than the first cannot go back.",
        {
          rules: [
            stays("CustomNoUpgrade"),
            stays("TechPreviewNoUpgrade"),
            stays("DevPreviewNoUpgrade"),
            rule(
              "oldSelf != 'OKD' || self != ''",
              "keep featureSet OKD or go to another one: an OKD cluster cannot get the empty set",
            ),
          ],
        },
      ),
    ),
    customNoUpgrade: optional(
      Type.Unsafe<{ enabled?: string[]; disabled?: string[] } | null>(
        object(
          {
            enabled: optional(list(gate(), "Features to switch on.")),
            disabled: optional(list(gate(), "Features to switch off.")),
          },
          "Features, for featureSet `CustomNoUpgrade`.",
          { nullable: true },
        ),
      ),
    ),
  },
  "Features that are on.",
);
