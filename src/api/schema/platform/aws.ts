import { bool, int64, list, object, oneOf, optional, rule, text } from "../field.ts";

const filters = optional(
  list(
    object(
      {
        name: text("What is compared, such as `tag:Name`.", { maxLength: 255 }),
        values: list(text("A value.", { maxLength: 255 }), "Values, one of which must be equal.", { maxItems: 50 }),
      },
      "A condition.",
    ),
    "Conditions, all of which must hold.",
    { maxItems: 50 },
  ),
);

const tagText = (description: string, maxLength: number) =>
  text(description, {
    minLength: 1,
    maxLength,
    rules: [rule("self.matches('^[0-9A-Za-z_.:/=+@-]+$')", "use letters, digits and _ . : / = + - @ only")],
  });

const roleARN = (description: string) => text(description, { maxLength: 2048 });

const sharedRoleARN = (description: string) =>
  text(description, { maxLength: 2048, pattern: "^arn:(aws|aws-cn|aws-us-gov):iam::[0-9]{12}:role\\/.*$" });

/** The AWS platform of a hosted cluster. */
export const awsPlatform = object(
  {
    region: text("Region that the nodes are in.", { maxLength: 255 }),
    cloudProviderConfig: optional(
      object(
        {
          vpc: text("Id of the network that the nodes are in.", { maxLength: 255 }),
          zone: optional(text("Zone of load balancers.", { maxLength: 255 })),
          subnet: optional(
            object(
              { id: optional(text("Id of the subnet.", { maxLength: 255 })), filters },
              "Subnet of load balancers: by id or by filters.",
            ),
          ),
        },
        "What the cloud controller is told.",
      ),
    ),
    rolesRef: object(
      {
        ingressARN: roleARN("Role for DNS records of the default ingress."),
        imageRegistryARN: roleARN("Role for the image registry's bucket."),
        storageARN: roleARN("Role for volumes."),
        networkARN: roleARN("Role for the addresses of network interfaces."),
        kubeCloudControllerARN: roleARN("Role for the cloud controller."),
        nodePoolManagementARN: roleARN("Role that makes and removes instances."),
        controlPlaneOperatorARN: roleARN("Role for private endpoints and security groups."),
      },
      "Roles that parts of the cluster take on by web identity.",
    ),
    endpointAccess: optional(
      oneOf(
        ["Public", "PublicAndPrivate", "Private"],
        "Where the API server can be reached from: the internet, the nodes' network, or both.",
        {
          default: "Public",
        },
      ),
    ),
    additionalAllowedPrincipals: optional(
      list(
        text("ARN of a principal.", { maxLength: 255 }),
        "More principals that may connect to the private endpoint.",
        { maxItems: 25 },
      ),
    ),
    resourceTags: optional(
      list(
        object(
          {
            key: tagText("Name of the tag.", 128),
            value: tagText("Value of the tag.", 256),
            overridePolicy: optional(oneOf(["Allow", "Deny"], "Whether a node pool may give the tag another value.")),
          },
          "A tag.",
        ),
        "Tags for everything that is made in AWS for this cluster.",
        { maxItems: 25 },
      ),
    ),
    serviceEndpoints: optional(
      list(
        object(
          {
            name: text("Name of the service.", { maxLength: 255 }),
            url: text("Address, with `https://`.", { maxLength: 2048, pattern: "^https://" }),
          },
          "An address.",
        ),
        "Other addresses for services of AWS.",
        { maxItems: 50 },
      ),
    ),
    multiArch: optional(
      bool("Whether node pools of other architectures are allowed; needs a release image for several.", {
        default: false,
      }),
    ),
    sharedVPC: optional(
      object(
        {
          localZoneID: text("Id of the private zone for `hypershift.local`.", { maxLength: 32 }),
          rolesRef: object(
            {
              ingressARN: sharedRoleARN("Role of the network's owner for DNS records."),
              controlPlaneARN: sharedRoleARN("Role of the network's owner for endpoints."),
            },
            "Roles in the account that owns the network.",
          ),
        },
        "For nodes in a network that another account shares.",
      ),
    ),
    terminationHandlerQueueURL: optional(
      text("Queue in which AWS says that a spot instance is about to go.", {
        maxLength: 512,
        pattern: "^https://sqs\\.[a-z0-9-]+\\.amazonaws\\.com/[0-9]{12}/[a-zA-Z0-9_-]+(\\.fifo)?$",
      }),
    ),
  },
  "Nodes are instances in AWS. Set where type is `AWS`.",
);

/** The AWS platform of a node pool. */
export const awsNodePoolPlatform = object(
  {
    instanceType: text("Size of the instances, such as `m5.large`.", { maxLength: 255 }),
    instanceProfile: optional(text("Instance profile of the instances.", { maxLength: 255 })),
    subnet: object(
      { id: optional(text("Id of the subnet.", { maxLength: 255 })), filters },
      "Subnet of the instances: by id or by filters.",
      {
        rules: [
          rule(
            "has(self.id) && self.id.startsWith('subnet-') ? !has(self.filters) : has(self.filters) && size(self.filters) > 0",
            "write either an id that begins with subnet-, or filters",
          ),
        ],
      },
    ),
    securityGroups: optional(
      list(
        object(
          { id: optional(text("Id of the group.", { maxLength: 255 })), filters },
          "A group: by id or by filters.",
        ),
        "Security groups of the instances; the cluster's default one where absent.",
        { maxItems: 50 },
      ),
    ),
    ami: optional(text("Image of the instances; that of the release where absent.", { maxLength: 255 })),
    imageType: optional(oneOf(["Windows", "Linux"], "Operating system of the instances.")),
    rootVolume: optional(
      object(
        {
          size: int64("Size in GiB.", { minimum: 8 }),
          type: text("Type of the volume, such as `gp3`.", { maxLength: 255 }),
          iops: optional(int64("Operations per second, for types that have it.")),
          encrypted: optional(bool("Whether the volume is encrypted.")),
          encryptionKey: optional(
            text("Key that it is encrypted with; the account's default one where absent.", { maxLength: 2048 }),
          ),
        },
        "The disk that an instance boots from.",
      ),
    ),
    resourceTags: optional(
      list(
        object({ key: tagText("Name of the tag.", 128), value: tagText("Value of the tag.", 256) }, "A tag."),
        "Tags of the instances, besides those of the cluster.",
        { maxItems: 25 },
      ),
    ),
    placement: optional(
      object(
        {
          tenancy: optional(
            oneOf(["default", "dedicated", "host"], "Whether hardware is shared with other customers."),
          ),
          marketType: optional(oneOf(["", "OnDemand", "Spot", "CapacityBlocks"], "How the instances are paid for.")),
          capacityReservation: optional(
            object(
              {
                id: optional(
                  text("Id of the reservation.", {
                    maxLength: 20,
                    rules: [
                      rule(
                        "self.matches('^cr-[a-f0-9]{17}$')",
                        "write the id of a capacity reservation: cr- and 17 digits or letters a to f, such as cr-0123456789abcdef0",
                      ),
                    ],
                  }),
                ),
                marketType: optional(oneOf(["OnDemand", "CapacityBlocks"], "Kind of reservation.")),
                preference: optional(
                  oneOf(
                    ["", "None", "CapacityReservationsOnly", "Open"],
                    "Whether other reservations, or none, may be used.",
                  ),
                ),
              },
              "Capacity that was reserved before.",
              {
                rules: [
                  rule(
                    "!has(self.id) || !has(self.preference) || !(self.preference in ['Open', 'None'])",
                    "leave out the reservation's id, or set preference to CapacityReservationsOnly",
                  ),
                  rule(
                    "!has(self.marketType) || self.marketType != 'CapacityBlocks' || has(self.id)",
                    "write the id of the reservation where its marketType is CapacityBlocks",
                  ),
                ],
              },
            ),
          ),
          spot: optional(
            object(
              {
                maxPrice: optional(
                  text("Highest price per hour in dollars; the on-demand price where absent.", {
                    minLength: 1,
                    maxLength: 20,
                    pattern: "^[0-9]+(\\.[0-9]+)?$",
                  }),
                ),
              },
              "For spot instances.",
            ),
          ),
        },
        "Where and under which terms the instances run.",
        {
          rules: [
            rule(
              "!has(self.tenancy) || self.tenancy != 'host' || !has(self.capacityReservation)",
              "leave out capacityReservation, or use another tenancy than host",
            ),
            rule(
              "!has(self.marketType) || self.marketType != 'Spot' || !has(self.capacityReservation)",
              "leave out capacityReservation for Spot instances",
            ),
            rule(
              "!has(self.marketType) || self.marketType != 'Spot' || !has(self.tenancy) || self.tenancy == 'default'",
              "leave out tenancy for Spot instances, or set it to default",
            ),
            rule(
              "!has(self.marketType) || self.marketType != 'CapacityBlocks' || has(self.capacityReservation)",
              "write capacityReservation where marketType is CapacityBlocks",
            ),
            rule(
              "!has(self.spot) || (has(self.marketType) && self.marketType == 'Spot')",
              "leave out spot, or set marketType to Spot",
            ),
          ],
        },
      ),
    ),
  },
  "Size and place of the instances.",
);
