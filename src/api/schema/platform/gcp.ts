import { immutable, int64, list, object, oneOf, optional, rule, text } from "../field.ts";

const resourceName = (description: string) =>
  text(description, {
    minLength: 1,
    maxLength: 63,
    rules: [
      rule(
        "self.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
        "write the name in lower case letters, digits and hyphens, with a letter first and a letter or digit last",
      ),
    ],
  });

const resourceLabels = list(
  object(
    {
      key: text("Name of the label.", {
        minLength: 1,
        maxLength: 63,
        rules: [
          rule(
            "self.matches('^[a-z]([_a-z0-9-]{0,61}[a-z0-9])?$')",
            "write the name of a label in lower case letters, digits and - _ , with a letter first and a letter or digit last",
          ),
          rule(
            "!self.startsWith('goog')",
            "write the name of a label that does not begin with goog: Google keeps these for itself",
          ),
        ],
      }),
      value: text("Value of the label.", {
        minLength: 0,
        maxLength: 63,
        rules: [
          rule(
            "self.matches('^([a-z]([_a-z0-9-]{0,61}[a-z0-9])?)?$')",
            "write the value of a label in lower case letters, digits and - _ , with a letter first and a letter or digit last, or leave it empty",
          ),
        ],
      }),
    },
    "A label.",
  ),
  "Labels for everything that is made.",
  { minItems: 1, maxItems: 60, listType: "map", listMapKeys: ["key"] },
);

const accountPattern =
  "self.matches('^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z][a-z0-9-]{4,28}[a-z0-9][.]iam[.]gserviceaccount[.]com$')";
const accountMessage = "write the address of a service account, such as name@project.iam.gserviceaccount.com";

const accounts = {
  controlPlane: "private endpoints",
  nodePool: "what makes and removes nodes",
  cloudController: "the cloud controller",
  storage: "disks",
  imageRegistry: "the image registry",
  network: "the pod network",
} as const;

const account = (name: keyof typeof accounts) =>
  text(`Service account for ${accounts[name]}.`, {
    minLength: 37,
    maxLength: 85,
    rules: [
      rule(accountPattern, accountMessage),
      immutable(`serviceAccountsEmails.${name} cannot change after creation`),
    ],
  });

const workloadID = (name: string, description: string) =>
  text(description, {
    minLength: 4,
    maxLength: 32,
    rules: [
      rule(
        "self.matches('^[a-z][a-z0-9-]{2,30}[a-z0-9]$')",
        `write ${name} in lower case letters, digits and hyphens, with a letter first and a letter or digit last`,
      ),
      rule("!self.startsWith('gcp-')", `write a ${name} that does not begin with gcp-: Google keeps these for itself`),
      immutable(`${name} cannot change after creation`),
    ],
  });

/** The GCP platform of a hosted cluster. */
export const gcpPlatform = object(
  {
    project: text("Project that the nodes are in.", {
      minLength: 6,
      maxLength: 30,
      rules: [
        rule(
          "self.matches('^[a-z][a-z0-9-]{4,28}[a-z0-9]$')",
          "write project in lower case letters, digits and hyphens, with a letter first and a letter or digit last",
        ),
        immutable("project cannot change after creation"),
      ],
    }),
    region: text("Region that the nodes are in.", {
      minLength: 1,
      maxLength: 63,
      rules: [
        rule("self.matches('^[a-z]+-[a-z]+[0-9]+$')", "write region as in us-central1 or europe-west2"),
        immutable("region cannot change after creation"),
      ],
    }),
    networkConfig: object(
      {
        network: object({ name: resourceName("Its name.") }, "Network of the nodes.", {
          rules: [immutable("networkConfig.network cannot change after creation")],
        }),
        privateServiceConnectSubnet: object({ name: resourceName("Its name.") }, "Subnet of the private endpoint.", {
          rules: [immutable("networkConfig.privateServiceConnectSubnet cannot change after creation")],
        }),
      },
      "Networks.",
    ),
    endpointAccess: optional(
      oneOf(["PublicAndPrivate", "Private"], "Where the API server can be reached from.", { default: "Private" }),
    ),
    resourceLabels: optional(resourceLabels),
    workloadIdentity: object(
      {
        projectNumber: text("Number of the project with the pool.", {
          minLength: 1,
          maxLength: 25,
          rules: [
            rule("self.matches('^[0-9]+$')", "write projectNumber in digits only"),
            immutable("projectNumber cannot change after creation"),
          ],
        }),
        poolID: workloadID("poolID", "Pool of identities."),
        providerID: workloadID("providerID", "Provider of the pool that trusts the cluster's tokens."),
        serviceAccountsEmails: object(
          {
            controlPlane: account("controlPlane"),
            nodePool: account("nodePool"),
            cloudController: account("cloudController"),
            storage: account("storage"),
            imageRegistry: account("imageRegistry"),
            network: account("network"),
          },
          "Service accounts that parts of the cluster take on.",
        ),
      },
      "How components show GCP who they are.",
      { rules: [immutable("workloadIdentity cannot change after creation")] },
    ),
  },
  "Nodes are virtual machines in GCP. Set where type is `GCP`.",
  {
    rules: Object.keys(accounts).map((name) =>
      rule(
        `self.workloadIdentity.serviceAccountsEmails.${name}.endsWith('@' + self.project + '.iam.gserviceaccount.com')`,
        `write a service account of the same project for ${name}`,
      ),
    ),
  },
);

/** The GCP platform of a node pool. */
export const gcpNodePoolPlatform = object(
  {
    machineType: text("Size of the virtual machines, such as `n2-standard-4`.", {
      minLength: 1,
      maxLength: 255,
      rules: [
        rule(
          "self.matches('^[a-z0-9]+(-[a-z0-9]+)*$')",
          "write machineType in lower case letters, digits and hyphens, with a letter or digit at both ends",
        ),
      ],
    }),
    zone: text("Zone of the virtual machines.", {
      minLength: 1,
      maxLength: 63,
      rules: [rule("self.matches('^[a-z]+(-[a-z0-9]+)*-[a-z]$')", "write zone as in us-central1-a")],
    }),
    subnet: resourceName("Subnet of the virtual machines."),
    image: optional(text("Image; that of the release where absent.", { minLength: 1, maxLength: 2048 })),
    bootDisk: optional(
      object(
        {
          diskSizeGB: optional(int64("Size in GB.", { default: 64, minimum: 20, maximum: 65536 })),
          diskType: optional(
            oneOf(["pd-standard", "pd-ssd", "pd-balanced"], "Kind of disk.", { default: "pd-balanced" }),
          ),
          encryptionKey: optional(
            object(
              {
                kmsKeyName: text("Name of the key.", {
                  minLength: 1,
                  maxLength: 2048,
                  rules: [
                    rule(
                      "self.matches('^projects/[a-z][a-z0-9-]{4,28}[a-z0-9]/locations/[a-z0-9-]+/keyRings/[a-zA-Z0-9_-]+/cryptoKeys/[a-zA-Z0-9_-]+$')",
                      "write kmsKeyName as projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}",
                    ),
                  ],
                }),
              },
              "Key that the disk is encrypted with.",
            ),
          ),
        },
        "The disk that a virtual machine boots from.",
      ),
    ),
    serviceAccount: optional(
      object(
        {
          email: optional(
            text("Address of the service account.", {
              minLength: 37,
              maxLength: 85,
              rules: [rule(accountPattern, accountMessage)],
            }),
          ),
          scopes: optional(
            list(text("A scope.", { maxLength: 512 }), "What the virtual machines may do with it.", {
              minItems: 1,
              maxItems: 50,
              listType: "set",
            }),
          ),
        },
        "Service account of the virtual machines.",
      ),
    ),
    resourceLabels: optional(resourceLabels),
    networkTags: optional(
      list(resourceName("A tag."), "Network tags of the virtual machines.", {
        minItems: 1,
        maxItems: 64,
        listType: "set",
      }),
    ),
    provisioningModel: optional(
      oneOf(["Standard", "Spot", "Preemptible"], "Whether GCP may take the virtual machines away.", {
        default: "Standard",
      }),
    ),
    onHostMaintenance: optional(
      oneOf(["MIGRATE", "TERMINATE"], "What becomes of a virtual machine when its host is serviced."),
    ),
  },
  "Size and place of the virtual machines.",
  {
    rules: [
      rule(
        "!has(self.onHostMaintenance) || !has(self.provisioningModel) || self.provisioningModel == 'Standard' || self.onHostMaintenance == 'TERMINATE'",
        "set onHostMaintenance to TERMINATE for Spot and Preemptible",
      ),
    ],
  },
);
