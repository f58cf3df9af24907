import {
  authorityKey,
  BackupLocation,
  credentialsKey,
  identitiesKey,
  type BackupLocation as Location,
} from "../../api/backup-location.ts";
import { operatorNamespace } from "../../api/operator-namespace.ts";
import { isAlreadyExists, isInvalid } from "../../kube/api-error.ts";
import { findCondition } from "../../kube/conditions.ts";
import type { ConfigMap, Secret } from "../../kube/kinds.ts";
import type { OwnerReference } from "../../kube/resource.ts";
import { checked, duration, file, flag, list, text } from "../arg.ts";
import { command, type Values } from "../command.ts";
import { until } from "../until.ts";
import { UsageError } from "../usage-error.ts";
import { nameCheck } from "./check-words.ts";

const args = {
  name: checked("The location's name", nameCheck, { required: true, placeholder: "NAME" }),
  s3Endpoint: text("Address of a store that speaks S3", { placeholder: "URL" }),
  bucket: text("The bucket, which is there already", { placeholder: "NAME" }),
  prefix: text("What the names of all objects in the bucket begin with", { placeholder: "PREFIX" }),
  region: text("Region of the bucket; us-east-1 where absent", { placeholder: "NAME" }),
  ca: file("Authorities (PEM) that the store's certificate is checked against, besides the usual ones"),
  credentials: file("An AWS credentials file, of which the profile default is used"),
  volumeClaim: text("A PersistentVolumeClaim in the operator's namespace, in place of a bucket", {
    placeholder: "NAME",
  }),
  ageRecipient: list("Encrypt backups for this public key of age (age1...)", { placeholder: "KEY" }),
  ageIdentities: file("Private keys of age, with which backups can be verified and restored here"),
  wait: flag("Wait until the location was tried, and fail where it cannot be used", { default: true }),
  timeout: duration("How long to wait", { default: "5m" }),
};

export default command({
  summary: "Name a bucket or a volume that backups are kept in",
  description: `
Credentials, authorities and private keys become a Secret and a ConfigMap in the operator's namespace, which go with the
location.`,
  examples: [
    "create backup-location --name store --s3-endpoint https://s3.example.com --bucket backups --credentials ~/.aws/credentials",
    "create backup-location --name disk --volume-claim backups",
  ],
  args,
  async run({ args, out, kube, signal }) {
    const { name } = args;
    const spec = specOf(args);
    const management = await kube();
    const namespace = await operatorNamespace(management);
    if (!namespace) throw new Error(`No operator is installed in ${management.server}: run "hcp install" first`);
    const exists = `The BackupLocation ${name} exists already: change it with kubectl, or give another name`;
    if (await management.get(BackupLocation, name)) throw new Error(exists);
    const { apiVersion, kind } = BackupLocation;
    await out.step(`BackupLocation ${name}`, async (progress) => {
      const files = (owner?: OwnerReference) => filesOf(args, namespace, owner);
      // What it refers to first, so that it is never looked at without.
      for (const object of files()) await management.apply(object);
      const made = await management.create<Location>({ apiVersion, kind, metadata: { name }, spec }).catch((error) => {
        if (isAlreadyExists(error)) throw new Error(exists);
        throw isInvalid(error) ? new UsageError((error as Error).message) : error;
      });
      const owner = { apiVersion, kind, name, uid: made.metadata?.uid ?? "" };
      for (const object of files(owner)) await management.apply(object);
      if (!args.wait) return progress.result("created");
      await until(
        async () => {
          const available = findCondition(
            (await management.get(BackupLocation, name))?.status?.conditions,
            "Available",
          );
          if (available?.status === "False")
            throw new Error(`The BackupLocation ${name} cannot be used: ${available.message}`);
          return available?.status === "True" || (available?.message ?? "the operator has not looked at it yet");
        },
        { what: `the BackupLocation ${name}`, timeout: args.timeout, signal, onWait: progress.update },
      );
      progress.result("can be used");
    });
  },
});

function specOf(values: Values<typeof args>): Location["spec"] {
  const { s3Endpoint: endpoint, bucket, prefix, region, ca, credentials, volumeClaim } = values;
  const ofBucket = { "--s3-endpoint": endpoint, "--bucket": bucket, "--credentials": credentials };
  const encryption = encryptionOf(values);
  if (volumeClaim) {
    const given = Object.entries({ ...ofBucket, "--prefix": prefix, "--region": region, "--ca": ca }).find(
      ([, value]) => value,
    );
    if (given) throw new UsageError(`${given[0]} is for a bucket, and --volume-claim names a volume: give one of them`);
    return { volume: { claimName: volumeClaim }, ...encryption };
  }
  const missing = Object.entries(ofBucket).find(([, value]) => !value);
  if (missing) throw new UsageError(`${missing[0]} is required, or --volume-claim for a volume`);
  const name = filesName(values.name);
  return {
    s3: {
      endpoint: endpoint ?? "",
      bucket: bucket ?? "",
      ...(prefix && { prefix }),
      ...(region && { region }),
      credentials: { name },
      ...(ca && { ca: { name } }),
    },
    ...encryption,
  };
}

function encryptionOf({
  name,
  ageRecipient,
  ageIdentities,
}: Values<typeof args>): Pick<Location["spec"], "encryption"> {
  if (ageRecipient.length === 0) {
    if (ageIdentities) throw new UsageError("--age-identities needs --age-recipient: else backups are not encrypted");
    return {};
  }
  const identities = ageIdentities && { identities: { name: filesName(name) } };
  return { encryption: { recipients: ageRecipient, ...identities } };
}

const filesName = (name: string) => `backup-location-${name}`;

/** What is in the files that were given, as objects that go with their owner. */
function filesOf(
  { name, credentials, ageIdentities, ca }: Values<typeof args>,
  namespace: string,
  owner: OwnerReference | undefined,
): (Secret | ConfigMap)[] {
  const metadata = { name: filesName(name), namespace, ...(owner && { ownerReferences: [owner] }) };
  const secrets = {
    ...(credentials && { [credentialsKey]: credentials.text }),
    ...(ageIdentities && { [identitiesKey]: ageIdentities.text }),
  };
  return [
    ...(Object.keys(secrets).length > 0
      ? [{ apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", stringData: secrets } as Secret]
      : []),
    ...(ca ? [{ apiVersion: "v1", kind: "ConfigMap", metadata, data: { [authorityKey]: ca.text } } as ConfigMap] : []),
  ];
}
