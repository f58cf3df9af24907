import { anything, int32, list, object, oneOf, optional, text } from "./field.ts";

const protocol = optional(
  oneOf(["", "TCP", "PROXY"], "Whether what stands in front tells the client's address (`PROXY`)."),
);
const port = (description: string) => optional(int32(description, { minimum: 1, maximum: 65535 }));

/** What keeps the default ingress. */
export const ingressOperator = object(
  {
    defaultCertificate: optional(
      object(
        { name: text("Name of the Secret.", { minLength: 1, maxLength: 253 }) },
        "Secret with the certificate of the default ingress (keys `tls.crt`, `tls.key`).",
      ),
    ),
    endpointPublishingStrategy: optional(
      object(
        {
          type: oneOf(
            ["LoadBalancerService", "HostNetwork", "Private", "NodePortService"],
            "How the default ingress is reached.",
          ),
          loadBalancer: optional(
            object(
              {
                scope: oneOf(["Internal", "External"], "Who can reach the load balancer."),
                dnsManagementPolicy: optional(
                  oneOf(["Managed", "Unmanaged"], "Whether its name is kept in DNS.", { default: "Managed" }),
                ),
                allowedSourceRanges: optional(
                  list(text("A network."), "Networks that may reach it; all where absent.", { listType: "atomic" }),
                ),
                providerParameters: optional(anything("Details of the platform's load balancer.")),
              },
              "For type `LoadBalancerService`.",
            ),
          ),
          hostNetwork: optional(
            object(
              {
                protocol,
                httpPort: port("Port for HTTP. 80 where absent."),
                httpsPort: port("Port for HTTPS. 443 where absent."),
                statsPort: port("Port for statistics. 1936 where absent."),
              },
              "For type `HostNetwork`.",
            ),
          ),
          private: optional(object({ protocol }, "For type `Private`.")),
          nodePort: optional(object({ protocol }, "For type `NodePortService`.")),
        },
        "How the default ingress is reached; chosen by platform where absent.",
      ),
    ),
  },
  "What keeps the default ingress.",
);
