import { list, object, oneOf, optional, text, time } from "./field.ts";

const provider = oneOf(["AESCBC", "AWS", "Azure", "IBMCloud"], "What kind of key it is.");

const key = (description: string) =>
  object(
    {
      provider,
      fingerprint: optional(
        text("Hash that tells one key from another; says nothing about the key.", { maxLength: 128 }),
      ),
      aescbc: optional(
        object({ name: text("Name of the Secret.", { maxLength: 253 }) }, "Where a key in a Secret lies."),
      ),
      aws: optional(object({ arn: text("ARN of the key.", { maxLength: 2048 }) }, "A key of AWS.")),
      azure: optional(
        object(
          {
            keyVaultName: text("Name of the key vault.", { maxLength: 255 }),
            keyName: text("Name of the key.", { maxLength: 255 }),
            keyVersion: text("Version of the key.", { maxLength: 255 }),
          },
          "A key of Azure.",
        ),
      ),
    },
    description,
  );

const keyInHistory = (description: string) =>
  object({ provider, fingerprint: optional(text("Hash of the key.", { maxLength: 128 })) }, description);

/** How far a change of the encryption key is. */
export const secretEncryptionStatus = object(
  {
    activeKey: optional(key("The key that everything in etcd is encrypted with.")),
    targetKey: optional(key("The key that is being changed to.")),
    history: optional(
      list(
        object(
          {
            from: optional(keyInHistory("The key before.")),
            to: keyInHistory("The key after."),
            state: text("How far the change is: `Completed` at its end.", { maxLength: 64 }),
            startedTime: time("When it began."),
            completionTime: optional(time("When it was complete.")),
          },
          "A change.",
        ),
        "Changes of the key, the newest first.",
        { maxItems: 5, listType: "atomic" },
      ),
    ),
  },
  "Which key Secrets are encrypted with.",
);
