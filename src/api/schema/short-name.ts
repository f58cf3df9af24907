import { type Rule, rule } from "./field.ts";

/** The rule that a new object's name is short; one that was made before can still be changed and deleted. */
export function shortName(length: number, why: string): Rule {
  return rule(
    `oldSelf.hasValue() || self.metadata.name.size() <= ${length}`,
    `choose a name of at most ${length} characters: ${why}`,
    { optionalOldSelf: true },
  );
}
