import { type Rule, rule, text } from "./field.ts";

/** The name of a HostedCluster whose backups lie in a store: it is a part of what they are called there. */
export function backedUpCluster(...rules: Rule[]) {
  return text("Name of the HostedCluster, in the same namespace.", {
    minLength: 1,
    maxLength: 200,
    rules: [
      rule(
        "self.matches('^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$')",
        "write the name of a HostedCluster: lower case letters, digits, hyphens and dots",
      ),
      ...rules,
    ],
  });
}
