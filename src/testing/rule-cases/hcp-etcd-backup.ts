import { of, type RuleCase } from "./rule-case.ts";

const s3 = of("hcp-etcd-backup-s3");
const azure = of("hcp-etcd-backup-azure");
const bucket = "spec.storage.s3";
const blob = "spec.storage.azureBlob";

/** Rules of an HCPEtcdBackup. */
export const hcpEtcdBackupCases: readonly RuleCase[] = [
  s3("a backup cannot change", {
    from: {},
    refuse: { [`${bucket}.keyPrefix`]: "other" },
    accept: { "metadata.labels": { a: "b" } },
  }),
  s3("write s3 where storageType is S3", {
    refuse: [{ [bucket]: undefined }, { "spec.storage.storageType": "AzureBlob" }],
  }),
  azure("write azureBlob where storageType is AzureBlob", {
    refuse: [{ [blob]: undefined }, { "spec.storage.storageType": "S3" }],
  }),
  s3("keep kmsKeyARN", { from: {}, refuse: { [`${bucket}.kmsKeyARN`]: undefined } }),
  s3("kmsKeyARN cannot change", {
    from: {},
    refuse: { [`${bucket}.kmsKeyARN`]: "arn:aws:kms:us-east-1:123456789012:key/other" },
  }),
  s3("write the ARN of a KMS key", { refuse: { [`${bucket}.kmsKeyARN`]: "key" } }),
  s3("write the name of a bucket: lower case", {
    refuse: [{ [`${bucket}.bucket`]: "Backups" }, { [`${bucket}.bucket`]: "backups-" }],
    accept: { [`${bucket}.bucket`]: "my.backups-1" },
  }),
  s3("write the name of a bucket without two dots", { refuse: { [`${bucket}.bucket`]: "a..b" } }),
  s3("write a region such as us-east-1", {
    refuse: [{ [`${bucket}.region`]: "US" }, { [`${bucket}.region`]: "1a" }],
    accept: { [`${bucket}.region`]: "garage" },
  }),
  s3("write a region without two hyphens", { refuse: { [`${bucket}.region`]: "us--east" } }),
  s3("use letters, digits and - _ . ! * ' ( ) /", {
    refuse: { [`${bucket}.keyPrefix`]: "a b" },
    accept: { [`${bucket}.keyPrefix`]: "it's/a-_.!*(1)" },
  }),
  s3("write the name of a Secret", {
    refuse: { [`${bucket}.credentials.name`]: "A" },
    accept: { [`${bucket}.credentials.name`]: "a.b-1" },
  }),
  azure("keep encryptionKeyURL", { from: {}, refuse: { [`${blob}.encryptionKeyURL`]: undefined } }),
  azure("encryptionKeyURL cannot change", {
    from: {},
    refuse: { [`${blob}.encryptionKeyURL`]: "https://demo.vault.azure.net/keys/other" },
  }),
  azure("write the address of a key in an Azure", {
    refuse: { [`${blob}.encryptionKeyURL`]: "https://demo.example.com/keys/a" },
  }),
  azure("write the name of a container: lower case", {
    refuse: [{ [`${blob}.container`]: "Backups" }, { [`${blob}.container`]: "a.b" }],
    accept: { [`${blob}.container`]: "a-1" },
  }),
  azure("write the name of a container without two hyphens", { refuse: { [`${blob}.container`]: "a--b" } }),
  azure("write the name of a storage account", {
    refuse: { [`${blob}.storageAccount`]: "a-b" },
    accept: { [`${blob}.storageAccount`]: "demo1" },
  }),
  azure("use letters, digits and - _ . / only", {
    refuse: { [`${blob}.keyPrefix`]: "a(b)" },
    accept: { [`${blob}.keyPrefix`]: "a/b_c.d-1" },
  }),
  s3("report a snapshot by an address", {
    from: {},
    refuse: { "status.snapshotURL": "backups/1.db" },
    accept: { "status.snapshotURL": "https://example.com/1.db" },
  }),
];
