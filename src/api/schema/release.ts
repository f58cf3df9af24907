import { object, rule, text } from "./field.ts";

/** A release, by its image. */
export function release(description: string) {
  return object(
    {
      image: text("Pull spec of the release image, by tag or by digest.", {
        minLength: 1,
        maxLength: 253,
        rules: [
          rule(
            "self.matches('^[a-zA-Z0-9_][^[:space:]]+$')",
            "write the pull spec of a release image, such as registry.example.com/roost/release:1.34.4, without white space",
          ),
        ],
      }),
    },
    description,
  );
}
