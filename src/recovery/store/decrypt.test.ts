import { generateIdentity, identityToRecipient } from "age-encryption";
import { beforeAll, expect, test } from "vitest";
import { gathered } from "../../testing/gathered.ts";
import { decrypt } from "./decrypt.ts";
import { encrypt } from "./encrypt.ts";

const text = Buffer.alloc(200_000, "some text, ");
const key = "clusters/demo/one/snapshot.db.age";
let identity: string;
let other: string;
let encrypted: Buffer;
beforeAll(async () => {
  [identity, other] = await Promise.all([generateIdentity(), generateIdentity()]);
  encrypted = await all(
    encrypt(inChunks(text), [await identityToRecipient(other), await identityToRecipient(identity)]),
  );
});

async function* inChunks(buffer: Buffer): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < buffer.length; start += 10_007) yield buffer.subarray(start, start + 10_007);
}
const all = async (chunks: AsyncIterable<Uint8Array>) => Buffer.concat(await gathered(chunks));
const read = (buffer: Buffer, { identities = [identity], bytes }: { identities?: string[]; bytes?: number } = {}) =>
  all(decrypt(inChunks(buffer), { key, identities, bytes }));

test("each of the recipients reads what was encrypted, which holds nothing of the text", async () => {
  expect(encrypted.includes("some text")).toBe(false);
  expect((await read(encrypted)).equals(text)).toBe(true);
  expect((await read(encrypted, { identities: [other] })).equals(text)).toBe(true);
});

test("an empty object stays one", async () => {
  const empty = await all(encrypt(inChunks(Buffer.alloc(0)), [await identityToRecipient(identity)]));
  expect(await read(empty)).toHaveLength(0);
});

test("a wrong key is called that, and is not in the message", async () => {
  const wrong = await generateIdentity();
  const error = await read(encrypted, { identities: [wrong] }).catch((error: unknown) => error);
  expect(error).toMatchObject({
    reason: "WrongKey",
    message: `${key} cannot be decrypted: it was encrypted for others than the keys given; give the private key of one of the location's recipients.`,
  });
});

test("a flipped bit is found wherever it is", async () => {
  for (const at of [3, 60, 400, 70_000, encrypted.length - 1]) {
    const flipped = Buffer.from(encrypted);
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    await expect(read(flipped), `byte ${at}`).rejects.toThrow(
      /^clusters\/demo\/one\/snapshot\.db\.age cannot be decrypted: /,
    );
  }
});

test("an object that ends too early is found wherever that is, and the message tells where", async () => {
  const header = encrypted.indexOf("---") + 3 + 1 + 43 + 1 + 16;
  // Also where a chunk of age ends, which nothing but the missing last one tells.
  for (const end of [0, 10, 300, header, header + 65_552, encrypted.length - 1]) {
    await expect(read(encrypted.subarray(0, end)), `${end} bytes`).rejects.toMatchObject({ reason: "ObjectDamaged" });
  }
  await expect(read(encrypted.subarray(0, 70_000), { bytes: encrypted.length })).rejects.toThrow(
    `it was cut off after 70000 of ${encrypted.length} bytes; use another backup.`,
  );
});

test("what the store says of a read that failed stays as it is", async () => {
  async function* cut(): AsyncGenerator<Uint8Array> {
    yield encrypted.subarray(0, 100_000);
    throw new Error("The store is gone.");
  }
  await expect(all(decrypt(cut(), { key, identities: [identity] }))).rejects.toThrow(/^The store is gone\.$/);
  async function* gone(): AsyncGenerator<Uint8Array> {
    yield text;
    throw new Error("The disk is gone.");
  }
  await expect(all(encrypt(gone(), [await identityToRecipient(identity)]))).rejects.toThrow(/^The disk is gone\.$/);
});
