import { bool, list, object, optional, text } from "../field.ts";

/** Catalogs of operators. */
export const operatorHub = object(
  {
    disableAllDefaultSources: optional(
      bool("Leaves out the catalogs that come with the release, but those in `sources`."),
    ),
    sources: optional(
      list(
        object(
          {
            name: optional(text("Name of the catalog.", { minLength: 1, maxLength: 253 })),
            disabled: optional(bool("Whether it is left out.")),
          },
          "A catalog.",
        ),
        "What to do with single catalogs that come with the release.",
      ),
    ),
  },
  "Catalogs of operators.",
);
