import { of, type RuleCase } from "./rule-case.ts";

const s3 = of("backup-location-s3");

/** Rules of a BackupLocation. */
export const backupLocationCases: readonly RuleCase[] = [
  s3("write s3 or volume, and not both", {
    refuse: [{ "spec.volume": { claimName: "a" } }, { "spec.s3": undefined }],
    accept: { "spec.s3": undefined, "spec.volume": { claimName: "a" } },
  }),
  s3("write an address such as https://s3.example.com", {
    refuse: [
      { "spec.s3.endpoint": "s3.example.com" },
      { "spec.s3.endpoint": "https://s3.example.com/bucket" },
      { "spec.s3.endpoint": "https://me:secret@s3.example.com" },
    ],
    accept: { "spec.s3.endpoint": "http://192.0.2.1:7070/" },
  }),
  s3("write the name of a bucket", {
    refuse: [{ "spec.s3.bucket": "Backups" }, { "spec.s3.bucket": "backups-" }],
    accept: { "spec.s3.bucket": "my.backups_1" },
  }),
  s3("write names of letters, digits and . _ - with slashes between them", {
    refuse: [{ "spec.s3.prefix": "/a" }, { "spec.s3.prefix": "a/" }, { "spec.s3.prefix": "a/../b" }],
    accept: { "spec.s3.prefix": "a-1/b_2.c" },
  }),
  s3("write a public key of age", {
    refuse: { "spec.encryption.recipients": ["AGE-SECRET-KEY-1ABC"] },
    accept: { "spec.encryption.recipients": ["age1abc"] },
  }),
];
