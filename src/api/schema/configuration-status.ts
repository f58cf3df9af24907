import { conditions } from "./conditions.ts";
import { list, object, optional, text } from "./field.ts";

/** What became of `spec.configuration`. */
export const configurationStatus = object(
  {
    authentication: optional(
      object(
        {
          oidcClients: optional(
            list(
              object(
                {
                  componentName: text("Name of the component.", { minLength: 1, maxLength: 256 }),
                  componentNamespace: text("Namespace of the component.", { minLength: 1, maxLength: 63 }),
                  currentOIDCClients: optional(
                    list(
                      object(
                        {
                          oidcProviderName: text("Name of the provider.", { minLength: 1 }),
                          issuerURL: text("Address of the issuer.", { minLength: 1 }),
                          clientID: text("Client id.", { minLength: 1 }),
                        },
                        "A client.",
                      ),
                      "Clients that it uses.",
                      { listType: "map", listMapKeys: ["issuerURL", "clientID"] },
                    ),
                  ),
                  consumingUsers: optional(
                    list(
                      text("A name.", { minLength: 1, maxLength: 512 }),
                      "Service accounts that read the client secret.",
                      {
                        maxItems: 5,
                        listType: "set",
                      },
                    ),
                  ),
                  conditions: optional(conditions("Whether the component works with them.")),
                },
                "A component.",
              ),
              "Components and the clients that they log users in with.",
              { maxItems: 20, listType: "map", listMapKeys: ["componentNamespace", "componentName"] },
            ),
          ),
        },
        "Authentication.",
      ),
    ),
  },
  "What became of `spec.configuration`.",
);
