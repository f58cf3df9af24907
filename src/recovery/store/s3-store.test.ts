import { randomBytes } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAuthority, issue } from "../../pki/certificate.ts";
import { gathered } from "../../testing/gathered.ts";
import { type SmallS3, smallS3 } from "../../testing/small-s3.ts";
import { storeCases } from "../../testing/store-cases.ts";
import { type S3Options, s3Store } from "./s3-store.ts";
import type { Store } from "./store.ts";

const { signal } = new AbortController();
const partBytes = 100_000;
const credentials = { accessKeyId: "somebody", secretAccessKey: "very-secret" };
let s3: SmallS3;
let store: Store;
const storeOf = (options: Partial<S3Options> = {}) =>
  s3Store({ endpoint: s3.endpoint, bucket: "backups", prefix: "roost/one", credentials, partBytes, ...options });
beforeEach(async () => {
  s3 = await smallS3();
  store = storeOf();
});
afterEach(() => s3.close());

async function* inChunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 7_001) yield bytes.subarray(start, start + 7_001);
}
const read = async (key: string) => Buffer.concat(await gathered(await store.get(key, { signal })));
const partsSent = () => s3.requests.filter((request) => /^PUT .* partNumber/.test(request)).length;

test.each(storeCases)("$name", ({ run }) => run(storeOf({ partBytes: undefined }), signal));

test("an object lies below the prefix, and keys are told without it", async () => {
  await store.put("a/b", inChunks(Buffer.from("x")), { signal });
  s3.objects.set("roost/other", Buffer.from("somebody else's"));
  expect([...s3.objects.keys()]).toEqual(["roost/one/a/b", "roost/other"]);
  expect((await gathered(store.list("", { signal }))).map(({ key }) => key)).toEqual(["a/b"]);
});

test("for an object that is known to be small nobody looks for halves of it", async () => {
  const key = "clusters/demo/changes/u";
  await store.put(key, inChunks(Buffer.from("x")), { signal, small: true });
  await store.delete(key, { signal, small: true });
  expect(s3.requests).toEqual([
    "PUT /backups/roost/one/clusters/demo/changes/u",
    "DELETE /backups/roost/one/clusters/demo/changes/u",
  ]);
});

test("a list of several pages is whole", async () => {
  s3.pageKeys = 2;
  for (const key of ["a", "b", "c", "d", "e"]) await store.put(key, inChunks(Buffer.from(key)), { signal });
  expect((await gathered(store.list("", { signal }))).map(({ key }) => key)).toEqual(["a", "b", "c", "d", "e"]);
});

test("a part whose connection is cut is sent again, and no other", async () => {
  const bytes = randomBytes(5 * partBytes);
  let cuts = 0;
  s3.fault = ({ query }) => (query.get("partNumber") === "3" && cuts++ < 2 ? "cut" : undefined);
  await store.put("a/large", inChunks(bytes), { signal });
  expect((await read("a/large")).equals(bytes)).toBe(true);
  expect(partsSent()).toBe(5 + 2);
});

test("an upload that was cut off is taken up again: parts that are there are not sent twice", async () => {
  const bytes = randomBytes(5 * partBytes + 1);
  s3.fault = ({ query }) => (Number(query.get("partNumber")) > 3 ? "cut" : undefined);
  await expect(storeOf({ attempts: 1 }).put("a/large", inChunks(bytes), { signal })).rejects.toMatchObject({
    reason: "StoreUnreachable",
  });
  expect([...s3.objects]).toEqual([]);
  s3.fault = () => undefined;
  s3.requests.length = 0;
  await storeOf().put("a/large", inChunks(bytes), { signal });
  expect(partsSent()).toBe(3);
  expect((await read("a/large")).equals(bytes)).toBe(true);
  expect([...s3.uploads]).toEqual([]);
});

test("an upload that was cut off has no part in another object of the same name", async () => {
  const [one, other] = [randomBytes(3 * partBytes), randomBytes(2 * partBytes)];
  s3.fault = ({ method, query }) => (method === "POST" && query.has("uploadId") ? "cut" : undefined);
  await expect(storeOf({ attempts: 1 }).put("a/b", inChunks(one), { signal })).rejects.toThrow();
  s3.fault = () => undefined;
  await store.put("a/b", inChunks(other), { signal });
  expect((await read("a/b")).equals(other)).toBe(true);
  s3.uploads.set("old", { key: "roost/one/a/b", parts: new Map([[1, one]]) });
  s3.uploads.set("of another", { key: "roost/one/a/bc", parts: new Map([[1, one]]) });
  await store.delete("a/b", { signal });
  expect([...s3.uploads.keys()]).toEqual(["of another"]);
});

test("a read that is cut goes on where it was", async () => {
  const bytes = randomBytes(500_000);
  await store.put("a/b", inChunks(bytes), { signal });
  let cuts = 0;
  s3.fault = ({ method }) => (method === "GET" && cuts++ < 3 ? "cut half way" : undefined);
  expect((await read("a/b")).equals(bytes)).toBe(true);
  expect(cuts).toBe(4);
});

test("a read that is cut does not go on in an object that was replaced meanwhile", async () => {
  await store.put("a/b", inChunks(randomBytes(50_000)), { signal });
  s3.fault = () => {
    s3.fault = () => undefined;
    return "cut half way";
  };
  const chunks = await store.get("a/b", { signal });
  s3.objects.set("roost/one/a/b", randomBytes(50_000));
  await expect(gathered(chunks)).rejects.toMatchObject({ reason: "StoreFailed" });
});

const list = (options: Partial<S3Options>) => gathered(storeOf({ attempts: 1, ...options }).list("", { signal }));

test("a bucket that is not there is called that", async () => {
  await expect(list({ bucket: "other" })).rejects.toThrow(
    `Cannot list what there is in the bucket other at ${s3.endpoint}: there is no such bucket; make it, or name another one in the location.`,
  );
});

test("a store that does not answer is named, with the reason", async () => {
  s3.close();
  await expect(list({})).rejects.toMatchObject({
    reason: "StoreUnreachable",
    message: `Cannot list what there is in the bucket backups at ${s3.endpoint}: the connection was refused; look at the endpoint, at the network and at whether the store runs.`,
  });
});

function certificate() {
  const now = new Date();
  const authority = createAuthority("store", now);
  const profile = { commonName: "store", dnsNames: [], addresses: ["127.0.0.1"], usages: ["server" as const] };
  return { ca: authority.certificate, pair: issue(profile, authority, now) };
}

test("a certificate of an authority that is not the location's is refused, and one of it is taken", async () => {
  const { ca, pair } = certificate();
  const server = createServer({ cert: pair.certificate, key: pair.key }, (_, response) => {
    response.writeHead(403, { "content-type": "application/xml" });
    response.end("<Error><Code>SignatureDoesNotMatch</Code><Message>somebody very-secret</Message></Error>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await expect(list({ endpoint })).rejects.toMatchObject({ reason: "CertificateNotTrusted" });
    const error = await list({ endpoint, ca }).catch((error: unknown) => error);
    expect(error).toMatchObject({
      reason: "CredentialsRefused",
      message: expect.stringContaining("the secret key is not that of the access key"),
    });
    expect((error as Error).message).not.toMatch(/somebody|very-secret/);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test("the location's authority is trusted for large objects, too", async () => {
  const { ca, pair } = certificate();
  const withTls = await smallS3(pair);
  try {
    const large = randomBytes(5 * 1024 * 1024);
    const store = storeOf({ endpoint: withTls.endpoint, ca, attempts: 1, partBytes: undefined });
    await store.put("a/large", inChunks(large), { signal });
    expect(withTls.objects.get("roost/one/a/large")?.equals(large)).toBe(true);
  } finally {
    withTls.close();
  }
});
