import { HCPEtcdBackup } from "../hcp-etcd-backup.ts";
import { conditions } from "./conditions.ts";
import { age, type Definition } from "./definition.ts";
import { immutable, object, oneOf, optional, rule, text } from "./field.ts";

const kmsKeyARN = (description: string, ...rules: ReturnType<typeof rule>[]) =>
  text(description, {
    minLength: 1,
    maxLength: 256,
    rules: [
      rule(
        "self.matches('^arn:(aws|aws-cn|aws-us-gov):kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$')",
        "write the ARN of a KMS key, such as arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d",
      ),
      ...rules,
    ],
  });

const encryptionKeyURL = (description: string, ...rules: ReturnType<typeof rule>[]) =>
  text(description, {
    minLength: 1,
    maxLength: 210,
    rules: [
      rule(
        "self.matches('^https://[a-zA-Z0-9-]+[.](vault|managedhsm)[.](azure[.]net|usgovcloudapi[.]net|azure[.]cn|microsoftazure[.]de|sovcloud-api[.]fr)/keys/[a-zA-Z0-9-]+(/[a-zA-Z0-9]+)?$')",
        "write the address of a key in an Azure Key Vault or Managed HSM, such as https://demo.vault.azure.net/keys/backup",
      ),
      ...rules,
    ],
  });

const credentials = (description: string) =>
  object(
    {
      name: text("Name of the Secret.", {
        minLength: 1,
        maxLength: 253,
        rules: [
          rule(
            "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$')",
            "write the name of a Secret: lower case letters, digits, hyphens and dots",
          ),
        ],
      }),
    },
    description,
  );

/** Where the backup goes. */
export const hcpEtcdBackupSpec = object(
  {
    storage: object(
      {
        storageType: oneOf(["S3", "AzureBlob"], "Kind of store."),
        s3: optional(
          object(
            {
              bucket: text("Name of the bucket.", {
                minLength: 3,
                maxLength: 63,
                rules: [
                  rule(
                    "self.matches('^[a-z0-9][a-z0-9.-]*[a-z0-9]$')",
                    "write the name of a bucket: lower case letters, digits, hyphens and dots, with a letter or digit at both ends",
                  ),
                  rule("!self.contains('..')", "write the name of a bucket without two dots in a row"),
                ],
              }),
              region: text("Region of the bucket.", {
                minLength: 1,
                maxLength: 63,
                rules: [
                  rule(
                    "self.matches('^[a-z][a-z0-9-]*[a-z0-9]$')",
                    "write a region such as us-east-1: lower case letters, digits and hyphens",
                  ),
                  rule("!self.contains('--')", "write a region without two hyphens in a row"),
                ],
              }),
              keyPrefix: text("What the names of the backup's objects begin with.", {
                minLength: 1,
                maxLength: 1024,
                rules: [
                  rule(
                    "self.matches('^[-a-zA-Z0-9!_.*()/\\\\x27]+$')",
                    "use letters, digits and - _ . ! * ' ( ) / only",
                  ),
                ],
              }),
              credentials: credentials("Secret with the credentials for the bucket, in the operator's namespace."),
              kmsKeyARN: optional(
                kmsKeyARN(
                  "Key that the backup is encrypted with.",
                  immutable("kmsKeyARN cannot change once it is set"),
                ),
              ),
            },
            "A bucket.",
            {
              rules: [
                rule(
                  "!has(oldSelf.kmsKeyARN) || has(self.kmsKeyARN)",
                  "keep kmsKeyARN: it cannot be taken away once it is set",
                ),
              ],
            },
          ),
        ),
        azureBlob: optional(
          object(
            {
              container: text("Name of the container.", {
                minLength: 3,
                maxLength: 63,
                rules: [
                  rule(
                    "self.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?$')",
                    "write the name of a container: lower case letters, digits and hyphens, with a letter or digit at both ends",
                  ),
                  rule("!self.contains('--')", "write the name of a container without two hyphens in a row"),
                ],
              }),
              storageAccount: text("Name of the storage account.", {
                minLength: 3,
                maxLength: 24,
                rules: [
                  rule(
                    "self.matches('^[a-z0-9]+$')",
                    "write the name of a storage account: lower case letters and digits",
                  ),
                ],
              }),
              keyPrefix: text("What the names of the backup's objects begin with.", {
                minLength: 1,
                maxLength: 1024,
                rules: [rule("self.matches('^[a-zA-Z0-9/_.-]+$')", "use letters, digits and - _ . / only")],
              }),
              credentials: credentials("Secret with the credentials for the container, in the operator's namespace."),
              encryptionKeyURL: optional(
                encryptionKeyURL(
                  "Key that the backup is encrypted with.",
                  immutable("encryptionKeyURL cannot change once it is set"),
                ),
              ),
            },
            "A container.",
            {
              rules: [
                rule(
                  "!has(oldSelf.encryptionKeyURL) || has(self.encryptionKeyURL)",
                  "keep encryptionKeyURL: it cannot be taken away once it is set",
                ),
              ],
            },
          ),
        ),
      },
      "Where the backup goes.",
      {
        rules: [
          rule(
            "has(self.s3) == (self.storageType == 'S3')",
            "write s3 where storageType is S3, and leave it out otherwise",
          ),
          rule(
            "has(self.azureBlob) == (self.storageType == 'AzureBlob')",
            "write azureBlob where storageType is AzureBlob, and leave it out otherwise",
          ),
        ],
      },
    ),
  },
  "What to back up to.",
  { rules: [immutable("a backup cannot change: make another one")] },
);

/** What became of the backup. */
export const hcpEtcdBackupStatus = object(
  {
    snapshotURL: optional(
      text("Where the snapshot is.", {
        minLength: 1,
        maxLength: 2048,
        rules: [
          rule("self.matches('^(https|s3)://')", "report a snapshot by an address that begins with https:// or s3://"),
        ],
      }),
    ),
    encryptionMetadata: optional(
      object(
        {
          aws: optional(object({ kmsKeyARN: kmsKeyARN("The key.") }, "A key of AWS.")),
          azure: optional(object({ encryptionKeyURL: encryptionKeyURL("The key.") }, "A key of Azure.")),
        },
        "What the snapshot is encrypted with.",
        { minProperties: 1, maxProperties: 1 },
      ),
    ),
    conditions: optional(conditions("`BackupCompleted`.", { minItems: 1, maxItems: 10 })),
  },
  "What became of the backup.",
  { minProperties: 1 },
);

export const hcpEtcdBackupDefinition: Definition = {
  kind: HCPEtcdBackup,
  singular: "hcpetcdbackup",
  shortNames: ["hcpetcdbk"],
  categories: ["hypershift"],
  description: "One backup of the etcd of the hosted cluster in whose control plane's namespace it lies.",
  spec: hcpEtcdBackupSpec,
  specRequired: true,
  status: hcpEtcdBackupStatus,
  columns: [
    {
      name: "Completed",
      path: '.status.conditions[?(@.type=="BackupCompleted")].status',
      description: "Whether the backup is complete.",
    },
    { name: "URL", path: ".status.snapshotURL", description: "Where the snapshot is." },
    age,
  ],
};
