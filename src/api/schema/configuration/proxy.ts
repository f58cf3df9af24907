import { list, object, optional, text } from "../field.ts";
import { nameReference } from "./name-reference.ts";

/** How cluster and nodes reach the outside. */
export const proxy = object(
  {
    httpProxy: optional(text("Proxy for HTTP.")),
    httpsProxy: optional(text("Proxy for HTTPS.")),
    noProxy: optional(
      text("Names, addresses and networks reached directly, separated by commas, besides those of the cluster itself."),
    ),
    readinessEndpoints: optional(list(text("An address."), "Addresses by which to find out whether the proxy works.")),
    trustedCA: optional(nameReference("ConfigMap with the proxy's certificate authority (key `ca-bundle.crt`).")),
  },
  "How control plane and nodes reach the outside.",
);
