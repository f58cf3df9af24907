import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { saveMachineImage } from "./save-machine-image.ts";

const digest = `sha256:${"a".repeat(64)}`;
let cache: string;
let saved: number;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "roost-save-test-"));
  saved = 0;
});
afterEach(() => rm(cache, { recursive: true }));

async function podman(args: string[]): Promise<string> {
  const folder = args[args.indexOf("--output") + 1] ?? "";
  const config = { digest, size: 2, mediaType: "application/vnd.oci.image.config.v1+json" };
  const blobs = join(folder, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  await writeFile(join(blobs, "a".repeat(64)), JSON.stringify({ config, layers: [] }));
  await writeFile(join(folder, "index.json"), JSON.stringify({ manifests: [{ digest }] }));
  saved++;
  return "";
}

const save = (tag: string) => saveMachineImage(`localhost/node:${tag}`, { cache, podman });
const kept = async () => (await readdir(join(cache, "machine-images"))).sort();
const unused = (tag: string, hours: number) => {
  const then = new Date(Date.now() - hours * 60 * 60_000);
  return utimes(join(cache, "machine-images", tag), then, then);
};

test("the image of another recipe stays while somebody may still push it, and goes after a day", async () => {
  await save("former");
  await unused("former", 23);
  await save("next");
  expect(await kept()).toEqual(["former", "next"]);
  await unused("former", 25);
  await save("third");
  expect(await kept()).toEqual(["next", "third"]);
});

test("an image that is pushed again counts as new, and is not packed again", async () => {
  await save("former");
  await unused("former", 25);
  await save("former");
  expect(saved).toBe(1);
  await save("next");
  expect(await kept()).toEqual(["former", "next"]);
});

test("what one that was killed left behind goes at once", async () => {
  await mkdir(join(cache, "machine-images", "former.part-abc"), { recursive: true });
  await save("next");
  expect(await kept()).toEqual(["next"]);
});
