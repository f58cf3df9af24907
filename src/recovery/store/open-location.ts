import { readFile } from "node:fs/promises";
import type { BackupLocation } from "../../api/backup-location.ts";
import { locationFiles } from "./location-files.ts";
import { s3Credentials } from "./s3-credentials.ts";
import type { Store } from "./store.ts";
import { StoreError } from "./store-error.ts";
import { volumeStore } from "./volume-store.ts";

/** A location as a job works with it. */
export interface OpenLocation {
  store: Store;
  /** Whom backups are encrypted for; for nobody where empty. */
  recipients: string[];
  /** Private keys that read them; none where the location names no Secret with them. */
  identities: string[];
}

export interface OpenOptions {
  /** Where the pod has what the location refers to. */
  files?: typeof locationFiles;
  /** How often a request to a bucket is tried. */
  attempts?: number;
}

/** Opens a location in a pod of a job (see `recoveryJob`), given its `spec` as JSON. */
export async function openLocation(spec: string, options: OpenOptions = {}): Promise<OpenLocation> {
  const { files = locationFiles, attempts } = options;
  const { s3, volume, encryption } = JSON.parse(spec) as BackupLocation["spec"];
  return {
    store: s3 ? await bucket(s3, files, attempts) : volumeStore(volume ? files.volume : ""),
    recipients: encryption?.recipients ?? [],
    identities: encryption?.identities ? linesOf(await textOf(files.identities)) : [],
  };
}

async function bucket(
  { endpoint, bucket, prefix, region, ca }: NonNullable<BackupLocation["spec"]["s3"]>,
  files: typeof locationFiles,
  attempts: number | undefined,
): Promise<Store> {
  const credentials = s3Credentials(await textOf(files.credentials));
  // The AWS SDK is loaded here and nowhere else.
  const { s3Store } = await import("./s3-store.ts");
  return s3Store({
    endpoint: endpoint.replace(/\/$/, ""),
    bucket,
    prefix,
    region,
    credentials,
    ca: ca && (await textOf(files.authority)),
    attempts,
  });
}

async function textOf(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause) => {
    throw new StoreError(
      "InvalidLocation",
      `Cannot read ${path}, which the location's Secrets and ConfigMap are to hold: there is no such key; add it.`,
      { cause },
    );
  });
}

/** Without empty lines and comments, as age writes its files. */
const linesOf = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
