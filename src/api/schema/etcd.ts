import { immutable, int32, list, map, object, oneOf, optional, quantity, rule, text } from "./field.ts";
import { localReference } from "./local-reference.ts";
import { tolerations } from "./tolerations.ts";

/** Where etcd's own Pods may run. */
const scheduling = () =>
  object(
    {
      nodeSelector: optional(map("Labels that a management node must have.", { minProperties: 1, maxProperties: 16 })),
      tolerations: optional(
        tolerations("Taints of management nodes that etcd accepts.", { minItems: 1, maxItems: 16, listType: "atomic" }),
      ),
    },
    "Where on the management cluster etcd runs.",
    { minProperties: 1 },
  );

const shardName = () =>
  text("Name of the shard; part of its objects' names.", {
    minLength: 1,
    maxLength: 48,
    rules: [
      rule(
        "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
        "name a shard with lower case letters, digits and hyphens, such as events",
      ),
    ],
  });

const shardResources = () =>
  list(
    object(
      {
        apiGroup: text("API group; empty for the core group.", {
          minLength: 0,
          maxLength: 253,
          rules: [
            rule(
              "self == '' || self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$')",
              "write an API group such as apps or coordination.k8s.io, or an empty string for the core group",
            ),
          ],
        }),
        resource: text("Plural name of the resource.", {
          minLength: 1,
          maxLength: 63,
          rules: [
            rule(
              "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
              "write the plural name of a resource in lower case, such as events",
            ),
          ],
        }),
      },
      "A resource.",
    ),
    "The resources that are kept in this shard.",
    {
      minItems: 1,
      maxItems: 20,
      listType: "map",
      listMapKeys: ["apiGroup", "resource"],
      rules: [immutable("the resources of a shard cannot change after creation")],
    },
  );

const shardRules = [
  rule(
    "self.all(a, self.all(b, a.name == b.name || !a.resources.exists(r, b.resources.exists(q, q.apiGroup == r.apiGroup && q.resource == r.resource))))",
    "name each resource in one shard only",
  ),
  rule("self.size() == oldSelf.size()", "shards can only be given at creation"),
  rule("oldSelf.all(old, self.exists(now, now.name == old.name))", "a shard cannot be replaced by another one"),
];

const shardsStay = rule(
  "has(oldSelf.shards) == has(self.shards)",
  "give shards at creation: they cannot be added or removed later",
);

const managed = object(
  {
    storage: object(
      {
        type: oneOf(["PersistentVolume"], "Kind of storage."),
        persistentVolume: optional(
          object(
            {
              size: optional(
                quantity("Size of each member's volume.", {
                  default: "8Gi",
                  rules: [immutable("the size of etcd's volumes cannot change after creation")],
                }),
              ),
              storageClassName: optional(
                text("Storage class of the volumes; the management cluster's default one where absent.", {
                  maxLength: 255,
                  rules: [immutable("the storage class of etcd's volumes cannot change once it is set")],
                }),
              ),
            },
            "The members' volumes.",
          ),
        ),
        restoreSnapshotURL: optional(
          list(
            // That of a bucket signed with a session token is longer than 1024.
            text("Address of the snapshot.", { maxLength: 4096 }),
            "Start etcd from this snapshot instead of empty: one presigned `https://` address, from which every member is filled.",
            {
              maxItems: 1,
              listType: "set",
              rules: [
                immutable("restoreSnapshotURL cannot change: restore into a new cluster"),
                rule(
                  "self.all(url, url.matches('^(https|s3)://'))",
                  "write the address of a snapshot that begins with https:// or s3://",
                ),
              ],
            },
          ),
        ),
      },
      "Where the members keep their data.",
      {
        rules: [
          rule(
            "has(oldSelf.restoreSnapshotURL) == has(self.restoreSnapshotURL)",
            "restoreSnapshotURL can only be given at creation: leave it as it was",
          ),
        ],
      },
    ),
    backup: optional(
      object(
        {
          platform: oneOf(["AWS", "Azure"], "Whose keys encrypt backups."),
          aws: optional(
            object(
              {
                kmsKeyARN: text("Key that backups are encrypted with.", {
                  minLength: 1,
                  maxLength: 256,
                  rules: [
                    rule(
                      "self.matches('^arn:(aws|aws-cn|aws-us-gov):kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$')",
                      "write the ARN of a KMS key, such as arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d",
                    ),
                  ],
                }),
              },
              "A key of AWS.",
            ),
          ),
          azure: optional(
            object(
              {
                encryptionKeyURL: text("Key that backups are encrypted with.", {
                  minLength: 1,
                  maxLength: 210,
                  rules: [
                    rule(
                      "self.matches('^https://[a-zA-Z0-9-]+[.](vault|managedhsm)[.](azure[.]net|usgovcloudapi[.]net|azure[.]cn|microsoftazure[.]de|sovcloud-api[.]fr)/keys/[a-zA-Z0-9-]+(/[a-zA-Z0-9]+)?$')",
                      "write the address of a key in an Azure Key Vault or Managed HSM, such as https://demo.vault.azure.net/keys/backup",
                    ),
                  ],
                }),
              },
              "A key of Azure.",
            ),
          ),
        },
        "How backups of this cluster are encrypted.",
        {
          rules: [
            rule(
              "has(self.aws) == (self.platform == 'AWS')",
              "write aws where platform is AWS, and leave it out otherwise",
            ),
            rule(
              "has(self.azure) == (self.platform == 'Azure')",
              "write azure where platform is Azure, and leave it out otherwise",
            ),
          ],
        },
      ),
    ),
    scheduling: optional(scheduling()),
    shards: optional(
      list(
        object(
          {
            name: shardName(),
            replicas: int32("Members of the shard.", {
              enum: [1, 3],
              minimum: 1,
              rules: [immutable("the number of a shard's members cannot change")],
            }),
            resources: shardResources(),
            scheduling: optional(scheduling()),
            storage: optional(
              object(
                {
                  type: oneOf(["PersistentVolume", "EmptyDir"], "Kind of storage."),
                  persistentVolume: optional(
                    object(
                      {
                        storageClassName: optional(
                          text("Storage class of the volumes.", {
                            minLength: 1,
                            maxLength: 253,
                            rules: [
                              rule(
                                "self.matches('^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$')",
                                "write the name of a storage class: lower case letters, digits, hyphens and dots",
                              ),
                            ],
                          }),
                        ),
                      },
                      "The shard's volumes.",
                      { minProperties: 1 },
                    ),
                  ),
                },
                "Where the shard keeps its data.",
                {
                  rules: [
                    immutable("the storage of a shard cannot change after creation"),
                    rule(
                      "!has(self.persistentVolume) || self.type == 'PersistentVolume'",
                      "leave out persistentVolume, or set type to PersistentVolume",
                    ),
                  ],
                },
              ),
            ),
          },
          "A shard.",
          {
            rules: [
              rule(
                "has(oldSelf.storage) == has(self.storage)",
                "give the storage of a shard at creation: it cannot be added or removed",
              ),
            ],
          },
        ),
        "Other etcds that keep some of the resources.",
        { minItems: 1, maxItems: 10, listType: "map", listMapKeys: ["name"], rules: shardRules },
      ),
    ),
  },
  "An etcd that Roost runs.",
  { rules: [shardsStay] },
);

const unmanaged = object(
  {
    endpoint: text("Address of the etcd, with `https://`.", { maxLength: 255, pattern: "^https://" }),
    tls: object(
      {
        clientSecret: localReference(
          "Secret with the keys `etcd-client-ca.crt`, `etcd-client.crt` and `etcd-client.key`.",
        ),
      },
      "How the API server shows who it is.",
    ),
    shards: optional(
      list(
        object(
          {
            name: shardName(),
            endpoint: text("Address of the shard's etcd.", {
              minLength: 1,
              maxLength: 267,
              rules: [
                rule("isURL(self) && url(self).getScheme() == 'https'", "write an address that begins with https://"),
                immutable("a shard's endpoint cannot change"),
              ],
            }),
            resources: shardResources(),
          },
          "A shard.",
        ),
        "Other etcds that keep some of the resources.",
        { minItems: 1, maxItems: 10, listType: "map", listMapKeys: ["name"], rules: shardRules },
      ),
    ),
  },
  "An etcd that somebody else runs.",
  { rules: [shardsStay] },
);

/** The hosted cluster's etcd. */
export const etcd = (options: { default?: unknown } = {}) =>
  object(
    {
      managementType: oneOf(
        ["Managed", "Unmanaged"],
        "Who runs etcd: Roost (`Managed`) or somebody else (`Unmanaged`).",
        {
          rules: [immutable("managementType cannot change after creation")],
        },
      ),
      managed: optional(managed),
      unmanaged: optional(unmanaged),
    },
    "The etcd that the hosted cluster keeps its objects in.",
    {
      ...options,
      rules: [
        rule(
          "has(self.managed) == (self.managementType == 'Managed')",
          "write managed where managementType is Managed, and leave it out otherwise",
        ),
        rule(
          "has(self.unmanaged) == (self.managementType == 'Unmanaged')",
          "write unmanaged where managementType is Unmanaged, and leave it out otherwise",
        ),
      ],
    },
  );
