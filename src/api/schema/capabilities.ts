import { immutable, list, object, oneOf, optional, rule } from "./field.ts";

const capability = () =>
  oneOf(
    ["ImageRegistry", "openshift-samples", "Insights", "baremetal", "Console", "NodeTuning", "Ingress"],
    "A capability.",
  );

/** Parts of a cluster that can be left out. */
export const capabilities = (options: { default?: unknown } = {}) =>
  object(
    {
      enabled: optional(
        list(capability(), "Parts to have, besides those that are there anyway.", {
          maxItems: 25,
          listType: "atomic",
          rules: [immutable("capabilities.enabled cannot change after creation")],
        }),
      ),
      disabled: optional(
        list(capability(), "Parts to leave out.", {
          maxItems: 25,
          listType: "atomic",
          rules: [
            immutable("capabilities.disabled cannot change after creation"),
            rule(
              "!('Ingress' in self) || 'Console' in self",
              "disable Console too where Ingress is disabled: the console is reached through it",
            ),
          ],
        }),
      ),
    },
    "Parts of the cluster that can be left out.",
    {
      ...options,
      rules: [
        immutable("capabilities cannot change after creation"),
        rule(
          "!has(self.enabled) || !has(self.disabled) || self.enabled.all(each, !(each in self.disabled))",
          "name a capability in enabled or in disabled, not in both",
        ),
      ],
    },
  );
