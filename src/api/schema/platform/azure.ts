import { immutable, int32, list, object, oneOf, optional, rule, text } from "../field.ts";

const uuid = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$";

/** Rules over one part of a resource id; the rule over the whole id tells where there are too few parts. */
const part = (index: number, count: number, condition: string, message: string) =>
  rule(`size(self.split('/')) != ${count} || ${condition.replaceAll("part", `self.split('/')[${index}]`)}`, message);

const subscriptionPart = (count: number) =>
  part(
    2,
    count,
    `part.matches('${uuid}')`,
    "write the subscription in the id as a UUID: groups of 8, 4, 4, 4 and 12 digits or letters a to f",
  );

const resourceGroupPart = (count: number) => [
  part(
    4,
    count,
    "part.matches('^[-a-zA-Z0-9_().]{1,90}$')",
    "write the resource group in the id with 1 to 90 letters, digits, dots, hyphens, underscores and parentheses",
  ),
  part(4, count, "!part.endsWith('.')", "write the resource group in the id without a dot at its end"),
];

const subnetID = (description: string, options: { subscription: boolean }) =>
  text(description, {
    minLength: 1,
    maxLength: 355,
    rules: [
      rule(
        "size(self.split('/')) == 11 && self.matches('^/subscriptions/.*/resourceGroups/.*/providers/Microsoft[.]Network/virtualNetworks/.*/subnets/.*$')",
        "write subnetID as /subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/{network}/subnets/{subnet}",
      ),
      ...(options.subscription ? [subscriptionPart(11)] : []),
      ...resourceGroupPart(11),
      part(
        8,
        11,
        "part.matches('^[-a-zA-Z0-9_.]{2,64}$')",
        "write the virtual network in the id with 2 to 64 letters, digits, dots, hyphens and underscores",
      ),
      part(
        8,
        11,
        "!part.endsWith('.') && !part.endsWith('-')",
        "write the virtual network in the id without a dot or hyphen at its end",
      ),
      part(
        10,
        11,
        "part.matches('^[a-zA-Z0-9][-a-zA-Z0-9_.]{0,79}$')",
        "write the subnet in the id with 1 to 80 letters, digits, dots, hyphens and underscores, and a letter or digit first",
      ),
      part(
        10,
        11,
        "!part.endsWith('.') && !part.endsWith('-')",
        "write the subnet in the id without a dot or hyphen at its end",
      ),
      immutable("subnetID cannot change once it is set"),
    ],
  });

const clientID = (description: string) =>
  text(description, {
    minLength: 36,
    maxLength: 36,
    pattern: "^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$",
    rules: [
      rule(
        `self.matches('${uuid}')`,
        "write the client id of an identity as a UUID: groups of 8, 4, 4, 4 and 12 digits or letters a to f",
      ),
    ],
  });

/** An identity whose credentials lie in a key vault. */
export const managedIdentity = (description: string) =>
  object(
    {
      clientID: optional(clientID("Client id of the identity.")),
      credentialsSecretName: text("Secret of the key vault with its credentials.", {
        minLength: 1,
        maxLength: 127,
        pattern: "^[a-zA-Z0-9-]+$",
      }),
      objectEncoding: oneOf(["utf-8", "hex", "base64"], "How the secret is written."),
    },
    description,
  );

/** An identity that trusts the tokens of the cluster. */
export const workloadIdentity = (description: string) =>
  object({ clientID: clientID("Client id of the identity.") }, description);

const authentication = object(
  {
    azureAuthenticationConfigType: oneOf(
      ["ManagedIdentities", "WorkloadIdentities"],
      "Whether components show credentials out of a key vault, or tokens of the cluster.",
    ),
    managedIdentities: optional(
      object(
        {
          controlPlane: object(
            {
              managedIdentitiesKeyVault: object(
                {
                  name: text("Name of the key vault.", { maxLength: 255 }),
                  tenantID: text("Its tenant.", { maxLength: 255 }),
                },
                "The key vault with the credentials.",
              ),
              cloudProvider: managedIdentity("For the cloud controller."),
              nodePoolManagement: managedIdentity("For what makes and removes nodes."),
              controlPlaneOperator: managedIdentity("For the control-plane-operator."),
              imageRegistry: optional(managedIdentity("For the image registry.")),
              ingress: managedIdentity("For DNS records of the default ingress."),
              network: managedIdentity("For the pod network."),
              disk: managedIdentity("For disks."),
              file: managedIdentity("For file shares."),
            },
            "Identities of parts that run on the management cluster.",
          ),
          dataPlane: object(
            {
              imageRegistryMSIClientID: text("For the image registry.", { maxLength: 255 }),
              diskMSIClientID: text("For disks.", { maxLength: 255 }),
              fileMSIClientID: text("For file shares.", { maxLength: 255 }),
            },
            "Identities of parts that run on the nodes.",
          ),
        },
        "Identities whose credentials lie in a key vault.",
      ),
    ),
    workloadIdentities: optional(
      object(
        {
          imageRegistry: workloadIdentity("For the image registry."),
          ingress: workloadIdentity("For DNS records of the default ingress."),
          file: workloadIdentity("For file shares."),
          disk: workloadIdentity("For disks."),
          nodePoolManagement: workloadIdentity("For what makes and removes nodes."),
          cloudProvider: workloadIdentity("For the cloud controller."),
          network: workloadIdentity("For the pod network."),
          controlPlaneOperator: optional(workloadIdentity("For the private endpoint.")),
        },
        "Identities that trust tokens of the cluster.",
      ),
    ),
  },
  "How components show Azure who they are.",
  {
    rules: [
      rule(
        "has(self.managedIdentities) == (self.azureAuthenticationConfigType == 'ManagedIdentities')",
        "write managedIdentities where azureAuthenticationConfigType is ManagedIdentities, and leave it out otherwise",
      ),
      rule(
        "has(self.workloadIdentities) == (self.azureAuthenticationConfigType == 'WorkloadIdentities')",
        "write workloadIdentities where azureAuthenticationConfigType is WorkloadIdentities, and leave it out otherwise",
      ),
    ],
  },
);

const privateEndpoint = object(
  {
    type: oneOf(["PrivateLink", "Swift"], "How the endpoint is made.", {
      rules: [immutable("the type of a private endpoint cannot change")],
    }),
    privateLink: optional(
      object(
        {
          natSubnetID: optional(
            text("Subnet for the addresses of the private link; one is made where absent.", {
              minLength: 1,
              maxLength: 355,
              rules: [
                immutable("natSubnetID cannot change once it is set"),
                rule(
                  "self.matches('^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft[.]Network/virtualNetworks/[^/]+/subnets/[^/]+$')",
                  "write natSubnetID as /subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/{network}/subnets/{subnet}",
                ),
              ],
            }),
          ),
          additionalAllowedSubscriptions: optional(
            list(
              text("A subscription.", {
                minLength: 36,
                maxLength: 36,
                rules: [
                  rule(
                    `self.matches('${uuid}')`,
                    "write a subscription as a UUID such as 550e8400-e29b-41d4-a716-446655440000",
                  ),
                ],
              }),
              "More subscriptions that may connect.",
              { minItems: 1, maxItems: 50, listType: "set" },
            ),
          ),
        },
        "For type `PrivateLink`.",
        { minProperties: 1 },
      ),
    ),
    swift: optional(
      object(
        {
          podNetworkInstance: text("The pod network that the control plane is attached to.", {
            minLength: 1,
            maxLength: 63,
            rules: [
              rule(
                "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
                "write podNetworkInstance in lower case letters, digits and hyphens, with a letter or digit at both ends",
              ),
              immutable("podNetworkInstance cannot change once it is set"),
            ],
          }),
        },
        "For type `Swift`.",
      ),
    ),
  },
  "The private endpoint of the API server.",
  {
    rules: [
      rule(
        "has(self.privateLink) == (self.type == 'PrivateLink')",
        "write privateLink where type is PrivateLink, and leave it out otherwise",
      ),
      rule("has(self.swift) == (self.type == 'Swift')", "write swift where type is Swift, and leave it out otherwise"),
    ],
  },
);

const fixed = (name: string, description: string) =>
  text(description, { maxLength: 255, rules: [immutable(`${name} cannot change after creation`)] });

/** The Azure platform of a hosted cluster. */
export const azurePlatform = object(
  {
    cloud: optional(
      oneOf(
        [
          "AzurePublicCloud",
          "AzureUSGovernmentCloud",
          "AzureChinaCloud",
          "AzureGermanCloud",
          "AzureBleuCloud",
          "AzureStackCloud",
        ],
        "Which Azure.",
        { default: "AzurePublicCloud" },
      ),
    ),
    location: fixed("location", "Region that the nodes are in."),
    resourceGroup: text("Resource group that everything is made in.", {
      default: "default",
      maxLength: 90,
      pattern: "^[a-zA-Z0-9_()\\-\\.]{1,89}[a-zA-Z0-9_()\\-]$",
      rules: [immutable("resourceGroup cannot change after creation")],
    }),
    vnetID: fixed("vnetID", "Virtual network of the nodes."),
    subnetID: subnetID("Subnet of the nodes.", { subscription: false }),
    subscriptionID: fixed("subscriptionID", "Subscription that everything is made in."),
    securityGroupID: fixed("securityGroupID", "Security group of the subnet."),
    tenantID: text("Tenant of the subscription.", { maxLength: 255 }),
    azureAuthenticationConfig: authentication,
    containerRegistry: optional(
      object(
        {
          credentials: object(
            {
              type: oneOf(["ManagedIdentity"], "Kind of credentials."),
              managedIdentity: optional(
                object(
                  {
                    resourceID: text("Id of the identity.", {
                      minLength: 131,
                      maxLength: 345,
                      rules: [
                        rule(
                          "self.lowerAscii().matches('^/subscriptions/[^/]+/resourcegroups/[^/]+/providers/microsoft[.]managedidentity/userassignedidentities/[^/]+$')",
                          "write resourceID as /subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{identity}",
                        ),
                      ],
                    }),
                  },
                  "An identity of the nodes.",
                ),
              ),
            },
            "How nodes show the registry who they are.",
            {
              rules: [
                rule(
                  "has(self.managedIdentity) == (self.type == 'ManagedIdentity')",
                  "write managedIdentity where type is ManagedIdentity",
                ),
              ],
            },
          ),
        },
        "A registry of Azure that nodes pull from.",
      ),
    ),
    topology: optional(oneOf(["Public", "PublicAndPrivate", "Private"], "Where the API server can be reached from.")),
    private: optional(privateEndpoint),
  },
  "Nodes are virtual machines in Azure. Set where type is `Azure`.",
  {
    rules: [
      rule(
        "has(self.private) == has(oldSelf.private)",
        "give private at creation: it cannot be added or taken away later",
      ),
      rule("!has(oldSelf.topology) || has(self.topology)", "keep topology: it cannot be taken away once it is set"),
      rule(
        "!has(self.topology) || !has(oldSelf.topology) || (self.topology == 'Public') == (oldSelf.topology == 'Public')",
        "keep topology Public, or keep it one of the others: a cluster cannot change between them",
      ),
      rule(
        "has(self.private) == (has(self.topology) && self.topology in ['Private', 'PublicAndPrivate'])",
        "write private where topology is Private or PublicAndPrivate, and leave it out otherwise",
      ),
      rule(
        "!has(self.private) || self.private.type != 'PrivateLink' || !has(self.azureAuthenticationConfig.workloadIdentities) || has(self.azureAuthenticationConfig.workloadIdentities.controlPlaneOperator)",
        "write workloadIdentities.controlPlaneOperator where private.type is PrivateLink",
      ),
    ],
  },
);

/** The Azure platform of a node pool. */
export const azureNodePoolPlatform = object(
  {
    vmSize: text("Size of the virtual machines, such as `Standard_D4s_v5`.", {
      maxLength: 255,
      pattern: "^(Standard_|Basic_)?[A-Z]+[0-9]+(-[0-9]+)?[abdilmptsCNP]*(_[A-Z]*[0-9]+[A-Z]*)?(_v[0-9]+)?$",
    }),
    image: object(
      {
        type: oneOf(["ImageID", "AzureMarketplace"], "Where the image comes from."),
        imageID: optional(text("Id of the image.", { maxLength: 255 })),
        azureMarketplace: optional(
          object(
            {
              imageGeneration: optional(
                oneOf(["Gen1", "Gen2"], "Generation of the virtual machines.", { default: "Gen2" }),
              ),
              publisher: optional(
                text("Publisher of the image.", { minLength: 3, maxLength: 50, pattern: "^[a-z0-9][a-z0-9-_]{2,49}$" }),
              ),
              offer: optional(text("Offer of the publisher.", { minLength: 1, maxLength: 255 })),
              sku: optional(text("Edition of the offer.", { minLength: 1, maxLength: 255, pattern: "^[a-z0-9-_]+$" })),
              version: optional(
                text("Version, such as `1.2.0` or `latest`.", {
                  minLength: 1,
                  maxLength: 32,
                  pattern: "^[0-9]+\\.[0-9]+\\.[0-9]+$|^latest$",
                }),
              ),
            },
            "An image of the marketplace; that of the release where only the generation is given.",
            {
              minProperties: 1,
              rules: [
                rule(
                  "has(self.publisher) == has(self.offer) && has(self.offer) == has(self.sku) && has(self.sku) == has(self.version)",
                  "write publisher, offer, sku and version, or none of them",
                ),
              ],
            },
          ),
        ),
      },
      "Image of the virtual machines.",
      {
        rules: [
          rule(
            "has(self.imageID) == (self.type == 'ImageID')",
            "write imageID where type is ImageID, and leave it out otherwise",
          ),
          rule(
            "!has(self.azureMarketplace) || self.type == 'AzureMarketplace'",
            "leave out azureMarketplace, or set type to AzureMarketplace",
          ),
        ],
      },
    ),
    osDisk: object(
      {
        sizeGiB: optional(int32("Size in GiB.", { minimum: 16, maximum: 32767 })),
        diskStorageAccountType: optional(
          oneOf(["Premium_LRS", "PremiumV2_LRS", "Standard_LRS", "StandardSSD_LRS"], "Kind of disk."),
        ),
        encryptionSetID: optional(
          text("Id of the disk encryption set.", {
            minLength: 1,
            maxLength: 285,
            rules: [
              rule(
                "size(self.split('/')) == 9 && self.matches('^/subscriptions/.*/resourceGroups/.*/providers/Microsoft[.]Compute/diskEncryptionSets/.*$')",
                "write encryptionSetID as /subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/diskEncryptionSets/{set}",
              ),
              subscriptionPart(9),
              ...resourceGroupPart(9),
              part(
                8,
                9,
                "part.matches('^[-a-zA-Z0-9_]{1,80}$')",
                "write the disk encryption set in the id with 1 to 80 letters, digits, hyphens and underscores",
              ),
            ],
          }),
        ),
        persistence: optional(oneOf(["Persistent", "Ephemeral"], "Whether the disk outlives the virtual machine.")),
      },
      "The disk that a virtual machine boots from.",
    ),
    availabilityZone: optional(
      text("Zone of the virtual machines.", {
        maxLength: 255,
        rules: [rule("self in ['1', '2', '3']", "write availabilityZone as 1, 2 or 3, in quotes")],
      }),
    ),
    encryptionAtHost: optional(
      oneOf(["Enabled", "Disabled"], "Whether data is encrypted where the virtual machine runs.", {
        default: "Enabled",
      }),
    ),
    subnetID: subnetID("Subnet of the virtual machines.", { subscription: true }),
    diagnostics: optional(
      object(
        {
          storageAccountType: optional(
            oneOf(["Managed", "UserManaged", "Disabled"], "Where what a virtual machine says while it boots is kept.", {
              default: "Disabled",
            }),
          ),
          userManaged: optional(
            object(
              {
                storageAccountURI: text("Address of the storage account.", {
                  maxLength: 1024,
                  rules: [
                    rule(
                      "isURL(self) && url(self).getScheme() == 'https'",
                      "write an address that begins with https://",
                    ),
                  ],
                }),
              },
              "A storage account of yours.",
            ),
          ),
        },
        "What is kept of a virtual machine's boot.",
        {
          rules: [
            rule(
              "has(self.userManaged) == (self.storageAccountType == 'UserManaged')",
              "write userManaged where storageAccountType is UserManaged, and leave it out otherwise",
            ),
          ],
        },
      ),
    ),
  },
  "Size and image of the virtual machines.",
);
