import { list, map, object, optional, text } from "./field.ts";

/** Selects objects by their labels, as everywhere in Kubernetes. */
export function labelSelector(description: string) {
  return object(
    {
      matchLabels: optional(map("Labels that an object must have.")),
      matchExpressions: optional(
        list(
          object(
            {
              key: text("The label's name."),
              operator: text("`In`, `NotIn`, `Exists` or `DoesNotExist`."),
              values: optional(list(text("A value."), "Values for `In` and `NotIn`.", { listType: "atomic" })),
            },
            "A requirement on one label.",
          ),
          "Requirements on labels, all of which must hold.",
          { listType: "atomic" },
        ),
      ),
    },
    description,
    { atomic: true },
  );
}
