import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkoutKey } from "./checkout-key.ts";

let root: string;
beforeEach(async () => {
  root = await checkout();
});
afterEach(() => rm(root, { recursive: true }));

async function checkout(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "roost-checkout-test-"));
  for (const name of ["src/fixtures", "manifests", "payload"]) await mkdir(join(folder, name), { recursive: true });
  for (const name of ["src/main.ts", "manifests/crd.yaml", "payload/go.mod", "package-lock.json"]) {
    await writeFile(join(folder, name), name);
  }
  return folder;
}

test("two checkouts of the same sources have the same key, whatever their tests are", async () => {
  const other = await checkout();
  await writeFile(join(other, "src/main.test.ts"), "a test");
  await writeFile(join(other, "src/fixtures/golden.json"), "{}");
  await writeFile(join(other, "README.md"), "text");
  expect(await checkoutKey(other)).toBe(await checkoutKey(root));
  await rm(other, { recursive: true });
});

test.each(["src/main.ts", "manifests/crd.yaml", "payload/go.mod", "package-lock.json"])(
  "a change of %s is another key",
  async (name) => {
    const before = await checkoutKey(root);
    await writeFile(join(root, name), "changed");
    expect(await checkoutKey(root)).not.toBe(before);
  },
);
