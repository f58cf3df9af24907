import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gathered } from "../../testing/gathered.ts";
import { smallS3 } from "../../testing/small-s3.ts";
import { s3Store } from "../store/s3-store.ts";
import { volumeStore } from "../store/volume-store.ts";
import { deleteBackup } from "./delete-backup.ts";

const { signal } = new AbortController();
const backup = { path: "clusters/demo/one", uid: "u-1", signal };

async function* bytes(count: number): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(count);
}

test("what an attempt left half sent in a bucket goes with the backup, though no list shows it", async () => {
  const s3 = await smallS3();
  try {
    const credentials = { accessKeyId: "somebody", secretAccessKey: "very-secret" };
    const store = s3Store({ endpoint: s3.endpoint, bucket: "backups", credentials, partBytes: 1_000, attempts: 1 });
    await store.put("clusters/demo/one/a.begun", bytes(1), { signal });
    s3.fault = ({ query }) => (query.get("partNumber") === "2" ? "cut" : undefined);
    for (const part of ["a.snapshot.db.age", "a.objects.json", "a.snapshot.db"]) {
      await expect(store.put(`clusters/demo/one/${part}`, bytes(2_500), { signal })).rejects.toThrow();
    }
    expect(s3.uploads.size).toBe(3);
    expect(await deleteBackup({ ...backup, store })).toBe(1);
    expect(s3.uploads.size).toBe(0);
    expect(s3.objects.size).toBe(0);
  } finally {
    s3.close();
  }
});

test("what an attempt left half written in a volume goes with the backup", async () => {
  const root = await mkdtemp(join(tmpdir(), "roost-delete-"));
  try {
    const folder = join(root, backup.path);
    await mkdir(folder, { recursive: true });
    for (const name of ["a.begun", ".a.snapshot.db.unfinished-1", ".a.snapshot.db.age.unfinished-2"]) {
      await writeFile(join(folder, name), "x");
    }
    expect(await deleteBackup({ ...backup, store: volumeStore(root) })).toBe(1);
    expect(await readdir(join(root, "clusters/demo"))).toEqual([]);
  } finally {
    await rm(root, { recursive: true });
  }
});

test("folders at the path are not the backup's, whatever it is called", async () => {
  const root = await mkdtemp(join(tmpdir(), "roost-delete-"));
  try {
    const store = volumeStore(root);
    const other = "clusters/demo/one/u/20260101T000000000Z/1-2-0123456789abcdef.gz";
    for (const key of ["clusters/demo/one/a.begun", other]) await store.put(key, bytes(1), { signal });
    expect(await deleteBackup({ ...backup, store })).toBe(1);
    expect((await gathered(store.list("", { signal }))).map(({ key }) => key)).toEqual([other]);
  } finally {
    await rm(root, { recursive: true });
  }
});
