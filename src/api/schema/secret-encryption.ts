import { int64, list, object, oneOf, optional, rule, text } from "./field.ts";
import { localReference } from "./local-reference.ts";
import { managedIdentity, workloadIdentity } from "./platform/azure.ts";

const awsKey = (description: string) =>
  object(
    {
      arn: text("ARN of the key.", {
        minLength: 1,
        maxLength: 2048,
        rules: [rule("self.startsWith('arn:')", "write the ARN of a key, which begins with arn:")],
      }),
    },
    description,
  );

const azureKey = (description: string) =>
  object(
    {
      keyVaultName: text("Name of the key vault or managed HSM.", { minLength: 1, maxLength: 255 }),
      keyName: text("Name of the key.", { minLength: 1, maxLength: 255 }),
      keyVersion: text("Version of the key.", { minLength: 1, maxLength: 255 }),
    },
    description,
  );

/** How Secrets of the hosted cluster are encrypted in etcd. */
export const secretEncryption = object(
  {
    type: oneOf(
      ["kms", "aescbc"],
      "`aescbc`: with a key that lies in a Secret here. `kms`: with a key of a cloud's key service.",
    ),
    aescbc: optional(
      object(
        {
          activeKey: localReference("Secret whose key `key` holds the 32 bytes that are encrypted with."),
          backupKey: optional(
            localReference(
              "Secret with the key that was active before, for reading what was encrypted with it. Give it while a new key is rolled out.",
            ),
          ),
        },
        "Encryption with a key that lies in a Secret.",
      ),
    ),
    kms: optional(
      object(
        {
          provider: oneOf(["IBMCloud", "AWS", "Azure"], "Whose key service."),
          aws: optional(
            object(
              {
                region: text("Region of the keys.", { maxLength: 255 }),
                activeKey: awsKey("The key that is encrypted with."),
                backupKey: optional(awsKey("The key that was active before.")),
                auth: object(
                  { awsKms: text("ARN of the role that may use the keys.", { maxLength: 2048 }) },
                  "How the key service is told who asks.",
                ),
              },
              "Keys of AWS.",
            ),
          ),
          azure: optional(
            object(
              {
                activeKey: azureKey("The key that is encrypted with."),
                backupKey: optional(azureKey("The key that was active before.")),
                kms: optional(
                  managedIdentity(
                    "Identity that may use the keys, with credentials in a key vault. Not beside workloadIdentity.",
                  ),
                ),
                workloadIdentity: optional(
                  workloadIdentity("Identity that may use the keys and trusts the cluster's tokens. Not beside kms."),
                ),
                keyVaultType: optional(
                  oneOf(
                    ["KeyVault", "ManagedHSM"],
                    "Which service of Azure holds the keys, all of them. `KeyVault` where absent.",
                  ),
                ),
                keyVaultAccess: optional(
                  oneOf(["Public", "Private"], "Whether the key vault is reached over its private endpoint."),
                ),
              },
              "Keys of Azure.",
              {
                rules: [
                  rule(
                    "has(self.kms) != has(self.workloadIdentity)",
                    "write either kms or workloadIdentity: the one identity that may use the keys",
                  ),
                  rule(
                    "has(self.kms) == has(oldSelf.kms)",
                    "kms cannot become workloadIdentity, or the other way round, once secrets are encrypted",
                  ),
                  rule(
                    "!has(self.backupKey) || self.backupKey.keyVaultName == self.activeKey.keyVaultName",
                    "write the same keyVaultName in backupKey as in activeKey: both keys lie in one key vault",
                  ),
                  rule(
                    "(has(self.keyVaultType) ? self.keyVaultType : 'KeyVault') == (has(oldSelf.keyVaultType) ? oldSelf.keyVaultType : 'KeyVault')",
                    "keyVaultType cannot change: a new key lies in the same kind of key vault as the old one",
                  ),
                ],
              },
            ),
          ),
          ibmcloud: optional(
            object(
              {
                region: text("Region of the keys.", { maxLength: 255 }),
                auth: object(
                  {
                    type: oneOf(
                      ["Managed", "Unmanaged"],
                      "Whether the cloud knows the caller already, or credentials are given.",
                    ),
                    managed: optional(object({}, "No fields.")),
                    unmanaged: optional(
                      object(
                        { credentials: localReference("Secret whose key `ibmcloud_api_key` holds the API key.") },
                        "Credentials.",
                      ),
                    ),
                  },
                  "How the key service is told who asks.",
                ),
                keyList: list(
                  object(
                    {
                      crkID: text("Id of the root key.", { minLength: 1, maxLength: 255 }),
                      instanceID: text("Id of the key service's instance.", { minLength: 1, maxLength: 255 }),
                      correlationID: text("Id under which calls are logged there.", { minLength: 1, maxLength: 255 }),
                      url: text("Address of the key service.", {
                        minLength: 1,
                        maxLength: 2048,
                        rules: [rule("self.startsWith('https://')", "write an address that begins with https://")],
                      }),
                      keyVersion: int64("Number of the key; the highest one is encrypted with.", {
                        minimum: 0,
                        maximum: 2147483647,
                      }),
                    },
                    "A key.",
                  ),
                  "The keys, the present one and those before it.",
                  { maxItems: 100 },
                ),
              },
              "Keys of IBM Cloud.",
            ),
          ),
        },
        "Encryption with a key of a cloud's key service.",
      ),
    ),
  },
  "How Secrets, ConfigMaps and tokens of the hosted cluster are encrypted in etcd. Cannot be taken away again.",
);
