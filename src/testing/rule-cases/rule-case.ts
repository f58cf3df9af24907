import type { Changes } from "../changed.ts";

/** How one rule of a custom resource is tried: changes to a sample that it lets through, and changes that it refuses. */
export interface RuleCase {
  /** Name of a sample, see `../samples.ts`. */
  sample: string;
  /** The rule's message, or the beginning of it. */
  rule: string;
  refuse: readonly Changes[];
  /** Besides the sample itself. */
  accept: readonly Changes[];
  /** Where present the object is made with these changes first, and `refuse` and `accept` are changes to it afterwards. */
  from?: Changes;
}

type OneOrMore = Changes | readonly Changes[];

const listed = (changes: OneOrMore): readonly Changes[] => (Array.isArray(changes) ? changes : [changes as Changes]);

/** Cases of one sample: `of("none")("write infraID", { refuse: { "spec.infraID": "A" }, accept: { "spec.infraID": "a" } })`. */
export function of(sample: string) {
  return (rule: string, { refuse, accept = [], from }: { refuse: OneOrMore; accept?: OneOrMore; from?: Changes }) =>
    ({ sample, rule, refuse: listed(refuse), accept: listed(accept), ...(from && { from }) }) satisfies RuleCase;
}

/** The case of a field that never changes once it is set; other fields still do. */
export function fixed(sample: string, path: string, value: unknown, other: unknown, rule: string): RuleCase {
  return of(sample)(rule, {
    from: { [path]: value },
    refuse: { [path]: other },
    accept: { "metadata.labels": { touched: "yes" } },
  });
}
