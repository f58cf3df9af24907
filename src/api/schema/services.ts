import { int32, list, object, oneOf, optional, rule, text } from "./field.ts";

const domainName = rule(
  "self.matches('^([a-zA-Z0-9-]+[.])+[a-zA-Z]{2,}$')",
  "write a full domain name such as api.example.com",
);

const servicePublishingStrategy = object(
  {
    type: oneOf(
      ["LoadBalancer", "NodePort", "Route", "None", "S3"],
      "How the service is reached from outside. `LoadBalancer`: an address of its own. `NodePort`: a port on the nodes of the management cluster. `Route`: a host name behind the management cluster's router, where that has one. `None`: not at all.",
    ),
    loadBalancer: optional(
      object(
        {
          hostname: optional(
            text("Name that is kept in DNS for the service and put into its certificate.", {
              minLength: 1,
              maxLength: 253,
              rules: [domainName],
            }),
          ),
        },
        "More about type `LoadBalancer`.",
      ),
    ),
    nodePort: optional(
      object(
        {
          address: text("Name or address under which clients and nodes reach the management cluster's nodes.", {
            minLength: 1,
            maxLength: 253,
            rules: [
              rule(
                "isIP(self) || self == 'localhost' || self.matches('^([a-zA-Z0-9][-a-zA-Z0-9]*[.])+[a-zA-Z]{2,}$') || self.matches('^([0-9]{1,3}[.]){3}[0-9]{1,3}$')",
                "write a host name such as node.example.com, an IPv4 address or an IPv6 address",
              ),
            ],
          }),
          port: optional(int32("The port on the nodes; one is picked where this is 0 or absent.")),
        },
        "More about type `NodePort`.",
      ),
    ),
    route: optional(
      object(
        {
          hostname: optional(
            text("Host name of the route; made from the cluster's name and the router's domain where absent.", {
              minLength: 1,
              maxLength: 253,
              rules: [domainName],
            }),
          ),
        },
        "More about type `Route`.",
      ),
    ),
  },
  "How the service is reached from outside.",
  {
    rules: [
      rule(
        "has(self.nodePort) == (self.type == 'NodePort')",
        "write nodePort with an address where type is NodePort, and leave it out for any other type",
      ),
      rule("!has(self.route) || self.type == 'Route'", "leave out route, or set type to Route"),
      rule(
        "!has(self.loadBalancer) || self.type == 'LoadBalancer'",
        "leave out loadBalancer, or set type to LoadBalancer",
      ),
    ],
  },
);

/** How each service of the control plane is reached. */
export const services = list(
  object(
    {
      service: oneOf(
        ["APIServer", "OAuthServer", "OIDC", "Konnectivity", "Ignition", "OVNSbDb"],
        "The service: the Kubernetes API, the login server, the tunnel that nodes dial out to, or the server that gives nodes their configuration. `OIDC` and `OVNSbDb` are accepted and have no effect.",
      ),
      servicePublishingStrategy,
    },
    "A service and how it is reached.",
  ),
  "How each service of the control plane is reached from outside: APIServer, OAuthServer, Konnectivity and Ignition, each once.",
  { maxItems: 6 },
);
