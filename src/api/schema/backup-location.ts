import { BackupLocation } from "../backup-location.ts";
import { conditions } from "./conditions.ts";
import { age, type Definition } from "./definition.ts";
import { bool, int64, list, object, optional, rule, text, time } from "./field.ts";
import { observedGeneration, unobserved } from "./observed.ts";

const inOperatorNamespace = (what: string, name: string) =>
  object({ name: text(`Name of the ${name}.`, { minLength: 1, maxLength: 253 }) }, what);

/** Where backups are kept, and for whom they are encrypted. */
export const backupLocationSpec = object(
  {
    s3: optional(
      object(
        {
          endpoint: text("Address of the store, such as `https://s3.example.com`.", {
            minLength: 1,
            maxLength: 1024,
            rules: [
              rule(
                "self.matches('^https?://[^/@?#]+/?$')",
                "write an address such as https://s3.example.com, with http:// or https:// in front and no path behind",
              ),
            ],
          }),
          bucket: text("Name of the bucket, which is there already.", {
            minLength: 3,
            maxLength: 63,
            rules: [
              rule(
                "self.matches('^[a-z0-9][a-z0-9._-]*[a-z0-9]$')",
                "write the name of a bucket: lower case letters, digits, hyphens and dots, with a letter or digit at both ends",
              ),
            ],
          }),
          prefix: optional(
            text("What the names of all objects begin with, without a slash behind; nothing where absent.", {
              minLength: 1,
              maxLength: 100,
              rules: [
                rule(
                  "self.matches('^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$')",
                  "write names of letters, digits and . _ - with slashes between them",
                ),
              ],
            }),
          ),
          region: optional(text("Region of the bucket; us-east-1 where absent.", { minLength: 1, maxLength: 63 })),
          credentials: inOperatorNamespace(
            "Secret in the operator's namespace with an AWS credentials file (key `credentials`), whose profile `default` is used.",
            "Secret",
          ),
          ca: optional(
            inOperatorNamespace(
              "ConfigMap in the operator's namespace with the authorities that the store's certificate is checked against (key `ca.crt`), besides the usual ones.",
              "ConfigMap",
            ),
          ),
        },
        "A bucket of a store that speaks S3.",
      ),
    ),
    volume: optional(
      object(
        { claimName: text("Name of the PersistentVolumeClaim.", { minLength: 1, maxLength: 253 }) },
        "A volume: a PersistentVolumeClaim in the operator's namespace.",
      ),
    ),
    encryption: optional(
      object(
        {
          recipients: list(
            text("A public key of age.", {
              maxLength: 4096,
              rules: [rule("self.matches('^age1[a-z0-9]+$')", "write a public key of age, which begins with age1")],
            }),
            "Public keys of age, each of whose private keys can read the backups.",
            { minItems: 1, maxItems: 20, listType: "set" },
          ),
          identities: optional(
            inOperatorNamespace(
              "Secret in the operator's namespace with private keys of age, one in a line (key `identities`). Backups are made without it; verifying all of one and restoring need it.",
              "Secret",
            ),
          ),
        },
        "Encrypts backups before they are sent. Their manifests, which hold names and sizes, stay readable.",
      ),
    ),
  },
  "Where backups are kept, and for whom they are encrypted.",
  { rules: [rule("has(self.s3) != has(self.volume)", "write s3 or volume, and not both")] },
);

/** Whether the location can be used, and what there is in it. */
export const backupLocationStatus = object(
  {
    observedGeneration,
    lastProbe: optional(
      object(
        {
          of: text("What was looked at: names the spec, the credentials and the wish to look again.", {
            maxLength: 64,
          }),
          time: time("When."),
          reason: optional(
            text("Why the location cannot be used, in one word; absent where it can.", { maxLength: 64 }),
          ),
          message: optional(text("Why the location cannot be used.", { maxLength: 4096 })),
        },
        "What came of writing, reading and deleting a small object.",
      ),
    ),
    backupCount: optional(int64("How many backups there are, those that are not listed here included.")),
    backups: optional(
      list(
        object(
          {
            path: text("What the names of its objects begin with.", { maxLength: 1024 }),
            namespace: text("Namespace of the HostedCluster.", { maxLength: 63 }),
            cluster: text("Name of the HostedCluster.", { maxLength: 253 }),
            name: text("Name of the backup.", { maxLength: 253 }),
            time: time("When it was made."),
            version: optional(text("Version of the hosted cluster.", { maxLength: 64 })),
            bytes: int64("Bytes in the store."),
            encrypted: bool("Whether it can only be read with a private key."),
          },
          "A complete backup.",
        ),
        "The newest backups that the location had at the last look, newest first, whoever made them.",
        { listType: "atomic", maxItems: 200 },
      ),
    ),
    conditions: optional(conditions("`Available` is True where backups can be written, read and deleted.")),
  },
  "Whether the location can be used, and what there is in it.",
  { default: unobserved },
);

export const backupLocationDefinition: Definition = {
  kind: BackupLocation,
  singular: "backuplocation",
  categories: ["hypershift"],
  description: "A place that backups of hosted clusters are kept in: a bucket or a volume.",
  spec: backupLocationSpec,
  specRequired: true,
  status: backupLocationStatus,
  columns: [
    {
      name: "Available",
      path: '.status.conditions[?(@.type=="Available")].status',
      description: "Whether it can be used.",
    },
    { name: "Backups", path: ".status.backupCount", type: "integer", description: "How many backups it has." },
    { name: "Bucket", path: ".spec.s3.bucket", description: "The bucket." },
    { name: "Claim", path: ".spec.volume.claimName", description: "The volume." },
    {
      name: "Message",
      path: '.status.conditions[?(@.type=="Available")].message',
      description: "Why it cannot be used.",
      priority: 1,
    },
    age,
  ],
};
