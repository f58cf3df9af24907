import { bool, int64, list, object, oneOf, optional, rule, text } from "../field.ts";

const name = (description: string) => optional(text(description, { maxLength: 255 }));
const address = (description: string) => optional(text(description, { maxLength: 45 }));

const tags = (description: string) =>
  optional(
    list(text("A tag.", { minLength: 1, maxLength: 255, pattern: "^[^,]+$" }), description, {
      maxItems: 50,
      listType: "set",
    }),
  );

const filterFields = {
  name: name("Its name."),
  description: name("Its description."),
  projectID: name("Its project."),
  tags: tags("Tags, all of which it has."),
  tagsAny: tags("Tags, one of which it has."),
  notTags: tags("Tags, not all of which it has."),
  notTagsAny: tags("Tags, none of which it has."),
};

const id = optional(text("Its id.", { format: "uuid", maxLength: 36 }));

/** An object of OpenStack: by id or by a filter. */
const resource = (description: string) =>
  object({ id, filter: optional(object(filterFields, "What to look for.", { minProperties: 1 })) }, description, {
    minProperties: 1,
    maxProperties: 1,
  });

const subnet = object(
  {
    id,
    filter: optional(
      object(
        {
          ...filterFields,
          cidr: address("Its network."),
          gatewayIP: address("Address of its gateway."),
          ipVersion: optional(int64("4 or 6.", { minimum: 0, maximum: 2147483647 })),
          ipv6AddressMode: name("How IPv6 addresses are given."),
          ipv6RAMode: name("How IPv6 routes are announced."),
        },
        "What to look for.",
        { minProperties: 1 },
      ),
    ),
  },
  "A subnet: by id or by a filter.",
  { minProperties: 1, maxProperties: 1 },
);

/** The OpenStack platform of a hosted cluster. */
export const openStackPlatform = object(
  {
    identityRef: object(
      {
        name: text("Name of the Secret.", { maxLength: 255 }),
        cloudName: text("Name of the cloud in its clouds.yaml.", { maxLength: 255 }),
      },
      "Secret with credentials (keys `clouds.yaml`, `cacert`).",
    ),
    managedSubnets: optional(
      list(
        object(
          {
            dnsNameservers: optional(
              list(text("An address.", { maxLength: 45 }), "Name servers of the nodes.", { maxItems: 10 }),
            ),
            allocationPools: optional(
              list(
                object(
                  {
                    start: text("First address.", { maxLength: 255 }),
                    end: text("Last address.", { maxLength: 255 }),
                  },
                  "A range.",
                ),
                "Addresses for nodes.",
                { maxItems: 10 },
              ),
            ),
          },
          "A subnet to make.",
        ),
        "The subnet to make for the nodes, where none is given.",
        { maxItems: 1, listType: "atomic" },
      ),
    ),
    router: optional(resource("Router of the nodes' network; one is made where absent.")),
    network: optional(resource("Network of the nodes; one is made where absent.")),
    subnets: optional(list(subnet, "Subnets of the nodes.", { maxItems: 2, listType: "atomic" })),
    networkMTU: optional(int64("Largest packet of a network that is made.", { minimum: 1500, maximum: 9000 })),
    externalNetwork: optional(resource("Network towards the outside.")),
    disableExternalNetwork: optional(bool("Leaves the nodes without a way to the outside.")),
    tags: optional(
      list(text("A tag.", { maxLength: 255 }), "Tags for everything that is made.", { maxItems: 50, listType: "set" }),
    ),
    ingressFloatingIP: optional(
      text("Address of the default ingress from outside.", {
        maxLength: 45,
        rules: [rule("isIP(self)", "write ingressFloatingIP as an IPv4 or IPv6 address")],
      }),
    ),
  },
  "Nodes are servers in OpenStack. Set where type is `OpenStack`.",
);

/** The OpenStack platform of a node pool. */
export const openStackNodePoolPlatform = object(
  {
    flavor: text("Size of the servers.", { maxLength: 255 }),
    imageName: name("Image; that of the release where absent."),
    availabilityZone: optional(text("Zone of the servers.", { minLength: 1, maxLength: 63, pattern: "^[^: ]*$" })),
    additionalPorts: optional(
      list(
        object(
          {
            network: optional(resource("Network of the port.")),
            description: name("Description of the port."),
            allowedAddressPairs: optional(
              list(
                object({ ipAddress: text("Address or network.", { maxLength: 255 }) }, "An address."),
                "Addresses that may pass through the port besides its own.",
                { maxItems: 10 },
              ),
            ),
            vnicType: name("Kind of the port, such as `direct`."),
            portSecurityPolicy: optional(oneOf(["Enabled", "Disabled", ""], "Whether the port is guarded.")),
          },
          "A port.",
        ),
        "More ports of the servers.",
        { maxItems: 10 },
      ),
    ),
  },
  "Size of the servers.",
);
