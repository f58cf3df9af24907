import { expect, test } from "vitest";
import type { HCPEtcdBackup } from "../../api/hcp-etcd-backup.ts";
import { locationOf } from "./location-of.ts";

const s3 = { bucket: "backups", region: "eu-west-1", keyPrefix: "demo/", credentials: { name: "aws" } };
const spec = (changes: object): HCPEtcdBackup["spec"] => ({
  storage: { storageType: "S3", s3: { ...s3, ...changes } },
});

test("a bucket of AWS is a location", () => {
  expect(locationOf(spec({}))).toEqual({
    spec: {
      s3: {
        endpoint: "https://s3.eu-west-1.amazonaws.com",
        bucket: "backups",
        prefix: "demo",
        region: "eu-west-1",
        credentials: { name: "aws" },
      },
    },
  });
});

test("what cannot be served is refused with a sentence that says what to do", () => {
  const arn = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d";
  expect(locationOf(spec({ kmsKeyARN: arn }))).toContain(`Cannot encrypt with ${arn}: keys of KMS are not served`);
  expect(locationOf(spec({ keyPrefix: "demo/(1)" }))).toContain("Cannot write below the prefix demo/(1)");
  const azure = { storage: { storageType: "AzureBlob" } } as HCPEtcdBackup["spec"];
  expect(locationOf(azure)).toContain("Cannot write to AzureBlob: only S3 is served");
});
