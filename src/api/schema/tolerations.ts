import { int64, list, object, optional, text } from "./field.ts";

/** Taints that pods accept, as in a pod's spec. */
export function tolerations(
  description: string,
  options: { minItems?: number; maxItems?: number; listType?: "atomic" } = {},
) {
  return list(
    object(
      {
        key: optional(text("The taint's name; any where empty.")),
        operator: optional(text("`Equal` or `Exists`.")),
        value: optional(text("The taint's value, for `Equal`.")),
        effect: optional(text("`NoSchedule`, `PreferNoSchedule` or `NoExecute`; any where empty.")),
        tolerationSeconds: optional(int64("How long a `NoExecute` taint is accepted; for ever where absent.")),
      },
      "An accepted taint.",
    ),
    description,
    options,
  );
}
