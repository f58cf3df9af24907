import { bool, list, object, optional, rule, text } from "../field.ts";
import { nameReference } from "./name-reference.ts";

const registry = () =>
  text("Host name with port and path where needed, or `*.` and a domain.", {
    minLength: 1,
    maxLength: 256,
    rules: [
      rule(
        "self.matches('^([*]([.][a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)+|[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?([.][a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*(:[0-9]+)?(/[a-z0-9]+(([._]|__|-*)[a-z0-9]+)*)*)$')",
        "write a registry such as registry.example.com:5000/team or *.example.com, without tag or digest",
      ),
    ],
  });

const registries = (description: string) =>
  optional(list(registry(), description, { maxItems: 1024, listType: "atomic" }));

/** Where images may come from. */
export const image = object(
  {
    allowedRegistriesForImport: optional(
      list(
        object(
          {
            domainName: optional(text("Name of the registry, with port where needed.")),
            insecure: optional(bool("Whether it may be reached without TLS.")),
          },
          "A registry.",
        ),
        "Registries that users may import images from; all where absent.",
        { listType: "atomic" },
      ),
    ),
    externalRegistryHostnames: optional(
      list(text("A name."), "Names under which the cluster's own registry is reached from outside.", {
        listType: "atomic",
      }),
    ),
    additionalTrustedCA: optional(
      nameReference("ConfigMap with certificate authorities of registries: a key for each, with `..` before the port."),
    ),
    registrySources: optional(
      object(
        {
          insecureRegistries: registries(
            "Registries that may be reached without TLS or with a certificate that cannot be checked.",
          ),
          blockedRegistries: registries("Registries that no image may come from."),
          allowedRegistries: registries("The only registries that images may come from."),
          containerRuntimeSearchRegistries: optional(
            list(text("A registry.", { format: "hostname" }), "Registries to try for images that name none.", {
              minItems: 1,
              listType: "set",
            }),
          ),
        },
        "What the nodes' container runtime does with registries.",
        {
          rules: [
            rule(
              "!has(self.blockedRegistries) || !has(self.allowedRegistries)",
              "write blockedRegistries or allowedRegistries, not both",
            ),
          ],
        },
      ),
    ),
  },
  "Where images may come from.",
);
