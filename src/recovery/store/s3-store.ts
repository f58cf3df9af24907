import { createHash } from "node:crypto";
import { rootCertificates } from "node:tls";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { checkKey } from "./check-key.ts";
import { explainS3Error } from "./explain-s3-error.ts";
import { inParts } from "./in-parts.ts";
import type { S3Credentials } from "./s3-credentials.ts";
import { sideBySide } from "./side-by-side.ts";
import type { Store } from "./store.ts";
import { StoreError } from "./store-error.ts";

export interface S3Options {
  endpoint: string;
  bucket: string;
  prefix?: string;
  region?: string;
  credentials: S3Credentials;
  /** Authorities (PEM) besides the usual ones. */
  ca?: string;
  /** How often a request is tried, with growing pauses. */
  attempts?: number;
  /** How large the pieces are that a large object is sent in; S3 takes none below 5 MiB but the last. */
  partBytes?: number;
  /** How many of them are under way at a time, each in memory. */
  partsAtATime?: number;
}

/** 10 000 of them, which is as many as S3 takes, are 78 GiB: etcd has no more than 8. */
const usualPartBytes = 8 * 1024 * 1024;

/** A store in a bucket. */
export function s3Store({
  endpoint,
  bucket,
  prefix,
  region = "us-east-1",
  credentials,
  ca,
  attempts = 10,
  partBytes = usualPartBytes,
  partsAtATime = 3,
}: S3Options): Store {
  const client = new S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    maxAttempts: attempts,
    // Many stores know none of the newer checksums. Parts are signed with their SHA-256, and backups are read again.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // With it, the SDK would send large bodies through another agent, which knows nothing of the location's authority.
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: 10_000,
      socketTimeout: 60_000,
      httpsAgent: ca ? { ca: [...rootCertificates, ca] } : {},
    },
  });
  const before = prefix ? `${prefix}/` : "";
  const place = (key: string) => ({ Bucket: bucket, Key: `${before}${checkKey(key)}` });
  const told = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw explainS3Error(error, { endpoint, bucket, what });
    }
  };

  /** Uploads of this object that were begun and not finished, newest first. */
  async function unfinished(key: string, abortSignal: AbortSignal): Promise<string[]> {
    const { Bucket, Key } = place(key);
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }), {
      abortSignal,
    });
    return Uploads.filter((upload) => upload.Key === Key && upload.UploadId)
      .sort((a, b) => (b.Initiated?.getTime() ?? 0) - (a.Initiated?.getTime() ?? 0))
      .map(({ UploadId = "" }) => UploadId);
  }

  async function remove(key: string, uploads: string[], abortSignal: AbortSignal): Promise<void> {
    for (const UploadId of uploads) {
      await client
        .send(new AbortMultipartUploadCommand({ ...place(key), UploadId }), { abortSignal })
        .catch((error) => {
          // It ended by itself.
          if (error.name !== "NoSuchUpload") throw error;
        });
    }
  }

  /** The ETags of parts that are there already, by number. */
  async function partsOf(key: string, UploadId: string, abortSignal: AbortSignal): Promise<Map<number, string>> {
    const found = new Map<number, string>();
    let marker: string | undefined;
    do {
      const page = await client.send(new ListPartsCommand({ ...place(key), UploadId, PartNumberMarker: marker }), {
        abortSignal,
      });
      for (const { PartNumber = 0, ETag = "" } of page.Parts ?? []) found.set(PartNumber, ETag);
      marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (marker);
    return found;
  }

  /** Sends what is not there yet: the ETag of a part is the MD5 of its bytes, so that nothing is sent twice. */
  async function putInParts(key: string, first: Buffer, rest: AsyncIterator<Buffer>, abortSignal: AbortSignal) {
    const writing = <T>(work: () => Promise<T>) => told(`write ${key}`, work);
    const { UploadId, there } = await writing(async () => {
      const [begun, ...others] = await unfinished(key, abortSignal);
      await remove(key, others, abortSignal);
      if (begun) return { UploadId: begun, there: await partsOf(key, begun, abortSignal) };
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(place(key)), { abortSignal });
      return { UploadId, there: new Map<number, string>() };
    });
    // Whoever sends one part after the other waits for each answer, and a store far away answers late.
    const parts = await sideBySide(following(first, rest), partsAtATime, async (part, index) => {
      const PartNumber = index + 1;
      const md5 = `"${createHash("md5").update(part).digest("hex")}"`;
      const present = there.get(PartNumber);
      if (present === md5) return { PartNumber, ETag: present };
      const command = new UploadPartCommand({ ...place(key), UploadId, PartNumber, Body: part });
      const { ETag = "" } = await writing(() => client.send(command, { abortSignal }));
      return { PartNumber, ETag };
    });
    const command = new CompleteMultipartUploadCommand({ ...place(key), UploadId, MultipartUpload: { Parts: parts } });
    await writing(() => client.send(command, { abortSignal }));
  }

  return {
    async put(key, body, { signal: abortSignal, small }) {
      const parts = inParts(body, partBytes);
      try {
        const { value: first = Buffer.alloc(0) } = await parts.next();
        if (first.length === partBytes) return await putInParts(key, first, parts, abortSignal);
        await told(`write ${key}`, async () => {
          await client.send(new PutObjectCommand({ ...place(key), Body: first }), { abortSignal });
          if (!small) await remove(key, await unfinished(key, abortSignal), abortSignal);
        });
      } finally {
        await parts.return(undefined);
      }
    },

    async get(key, { signal: abortSignal }) {
      const ask = (more: { Range?: string; IfMatch?: string } = {}) =>
        told(`read ${key}`, async () => {
          try {
            return await client.send(new GetObjectCommand({ ...place(key), ...more }), { abortSignal });
          } catch (error) {
            const { name } = error as Error;
            if (name !== "NoSuchKey" && name !== "NotFound") throw error;
            throw new StoreError(
              "NotInStore",
              `There is no ${key} in the bucket ${bucket} at ${endpoint}; look at what there is in it.`,
            );
          }
        });
      const first = await ask();
      return goingOn(first, ask, {
        abortSignal,
        explain: (error) => explainS3Error(error, { endpoint, bucket, what: `read ${key}` }),
      });
    },

    async *list(start, { signal: abortSignal }) {
      if (start !== "") checkKey(start.replace(/\/$/, ""));
      let token: string | undefined;
      do {
        const command = new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: `${before}${start}`,
          ContinuationToken: token,
        });
        const page = await told("list what there is", () => client.send(command, { abortSignal }));
        for (const { Key = "", Size = 0, LastModified } of page.Contents ?? []) {
          yield { key: Key.slice(before.length), bytes: Size, modified: (LastModified ?? new Date(0)).toISOString() };
        }
        token = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (token);
    },

    delete: (key, { signal: abortSignal, small }) =>
      told(`delete ${key}`, async () => {
        await client.send(new DeleteObjectCommand(place(key)), { abortSignal });
        if (!small) await remove(key, await unfinished(key, abortSignal), abortSignal);
      }),
  };
}

async function* following<T>(first: T, rest: AsyncIterator<T>): AsyncGenerator<T> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

interface Going {
  abortSignal: AbortSignal;
  explain: (error: unknown) => Error;
}

/** How often in a row a read may be cut without a byte having come. */
const cutsInARow = 5;

/** The object's bytes; a read that was cut goes on where it was, of the same object and no other. */
async function* goingOn(
  first: GetObjectCommandOutput,
  ask: (more: { Range: string; IfMatch?: string }) => Promise<GetObjectCommandOutput>,
  { abortSignal, explain }: Going,
): AsyncGenerator<Uint8Array> {
  const { ContentLength: total = 0, ETag } = first;
  let answer = first;
  let read = 0;
  for (let cuts = 0; ; ) {
    try {
      for await (const chunk of answer.Body as AsyncIterable<Uint8Array>) {
        read += chunk.length;
        cuts = 0;
        yield chunk;
      }
      if (read === total) return;
      throw Object.assign(new Error("The connection was cut."), { code: "ECONNRESET" });
    } catch (error) {
      abortSignal.throwIfAborted();
      if (++cuts > cutsInARow || read >= total) throw explain(error);
    }
    answer = await ask({ Range: `bytes=${read}-`, IfMatch: ETag });
    if (!answer.ContentRange?.startsWith(`bytes ${read}-`)) {
      throw explain(Object.assign(new Error("It gives no part of an object."), { code: "NoRange" }));
    }
  }
}
