import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extract } from "tar-stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeLayer } from "./layer.ts";
import type { LayerEntry } from "./layer-entry.ts";
import { layerTar } from "./layer-tar.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "roost-layer-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

const a: LayerEntry = { path: "/bin/a", type: "text", mode: 0o755, text: "a" };
const b: LayerEntry = { path: "etc/b", type: "link", to: "a" };

test("the digest depends on content, not on order or times", async () => {
  const file = join(folder, "c");
  await writeFile(file, "content");
  const c: LayerEntry = { path: "opt/c", type: "file", mode: 0o644, from: file };
  const first = await makeLayer([a, b, c], join(folder, "1"));
  await utimes(file, 1000, 1000);
  expect((await makeLayer([c, b, a], join(folder, "2"))).digest).toBe(first.digest);
  await writeFile(file, "Content");
  expect((await makeLayer([a, b, c], join(folder, "1"))).digest).not.toBe(first.digest);
});

test("a layer is as large as it says", async () => {
  const layer = await makeLayer([a, b], folder);
  expect(Buffer.concat(await layer.open().toArray()).length).toBe(layer.size);
});

test("folders come before their files, and below usr where Debian merged them", async () => {
  const names: string[] = [];
  const entries = extract();
  layerTar([b, a]).pipe(entries);
  for await (const entry of entries) {
    names.push(entry.header.name);
    entry.resume();
  }
  expect(names).toEqual(["etc/", "etc/b", "usr/", "usr/bin/", "usr/bin/a"]);
});

test("a file that is missing fails the layer", async () => {
  const missing: LayerEntry = { path: "x", type: "file", mode: 0o644, from: join(folder, "missing") };
  await expect(layerTar([missing]).toArray()).rejects.toThrow("ENOENT");
});
