import { immutable, int32, list, object, oneOf, optional, text } from "../field.ts";
import { labelSelector } from "../label-selector.ts";
import { nameReference } from "./name-reference.ts";

/** How the applications of the cluster are reached. */
export const ingress = object(
  {
    domain: optional(
      text("Domain that names of routes are made under; `apps.` and the cluster's domain where absent.", {
        rules: [immutable("ingress.domain cannot change once it is set")],
      }),
    ),
    appsDomain: optional(text("Another domain for routes that users make.")),
    componentRoutes: optional(
      list(
        object(
          {
            namespace: text("Namespace of the route.", {
              minLength: 1,
              maxLength: 63,
              pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
            }),
            name: text("Name of the route.", { minLength: 1, maxLength: 256 }),
            hostname: text("Host name that it gets.", {
              pattern:
                "^([a-zA-Z0-9\\p{S}\\p{L}]((-?[a-zA-Z0-9\\p{S}\\p{L}]{0,62})?)|([a-zA-Z0-9\\p{S}\\p{L}](([a-zA-Z0-9-\\p{S}\\p{L}]{0,61}[a-zA-Z0-9\\p{S}\\p{L}])?)(\\.)){1,}([a-zA-Z\\p{L}]){2,63})$|^(([a-z0-9][-a-z0-9]{0,61}[a-z0-9]|[a-z0-9]{1,63})[\\.]){0,}([a-z0-9][-a-z0-9]{0,61}[a-z0-9]|[a-z0-9]{1,63})$",
            }),
            servingCertKeyPairSecret: optional(
              nameReference("Secret with the certificate for it (keys `tls.crt`, `tls.key`)."),
            ),
          },
          "A route.",
        ),
        "Other host names for routes of the cluster's own components.",
        { maxItems: 250, listType: "map", listMapKeys: ["namespace", "name"] },
      ),
    ),
    requiredHSTSPolicies: optional(
      list(
        object(
          {
            domainPatterns: list(text("A domain, or one with `*` in the first place."), "Domains that it holds for.", {
              minItems: 1,
            }),
            namespaceSelector: optional(labelSelector("Namespaces that it holds for; all where absent.")),
            maxAge: optional(
              object(
                {
                  smallestMaxAge: optional(
                    int32("Least value that a route may give.", { minimum: 0, maximum: 2147483647 }),
                  ),
                  largestMaxAge: optional(
                    int32("Greatest value that a route may give.", { minimum: 0, maximum: 2147483647 }),
                  ),
                },
                "How long browsers must remember, in seconds.",
              ),
            ),
            preloadPolicy: optional(
              oneOf(["RequirePreload", "RequireNoPreload", "NoOpinion"], "Whether a route must give `preload`."),
            ),
            includeSubDomainsPolicy: optional(
              oneOf(
                ["RequireIncludeSubDomains", "RequireNoIncludeSubDomains", "NoOpinion"],
                "Whether a route must give `includeSubDomains`.",
              ),
            ),
          },
          "A policy.",
        ),
        "What routes must tell browsers about HTTPS (HSTS).",
      ),
    ),
    loadBalancer: optional(
      object(
        {
          platform: optional(
            object(
              {
                type: optional(
                  oneOf(
                    [
                      "",
                      "AWS",
                      "Azure",
                      "BareMetal",
                      "GCP",
                      "Libvirt",
                      "OpenStack",
                      "None",
                      "VSphere",
                      "oVirt",
                      "IBMCloud",
                      "KubeVirt",
                      "EquinixMetal",
                      "PowerVS",
                      "AlibabaCloud",
                      "Nutanix",
                      "External",
                    ],
                    "Which platform.",
                  ),
                ),
                aws: optional(object({ type: oneOf(["NLB", "Classic"], "Kind of load balancer.") }, "In AWS.")),
              },
              "Details of the platform.",
            ),
          ),
        },
        "The default ingress controller's load balancer.",
      ),
    ),
  },
  "How the applications of the cluster are reached.",
);
