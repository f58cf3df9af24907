import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { roostBundle } from "./roost-bundle.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "roost-bundle-test-"));
  await mkdir(join(root, "src"));
  await writeFile(join(root, "src/hello.ts"), 'export const hello: string = "hello " + process.argv[2];');
});
afterEach(() => rm(root, { recursive: true }));

test("the bundle runs, with a chunk for each program", async () => {
  await writeFile(join(root, "src/main.ts"), 'console.log((await import("./hello.ts")).hello);');
  await writeFile(join(root, "package.json"), '{ "type": "module" }');
  await mkdir(join(root, "out"));
  for (const [name, text] of Object.entries(await roostBundle(root))) await writeFile(join(root, "out", name), text);
  expect(execFileSync(process.execPath, [join(root, "out/main.js"), "world"], { encoding: "utf8" })).toBe(
    "hello world\n",
  );
});

test("a package that is imported when it is wanted is refused, because it would break", async () => {
  await writeFile(join(root, "src/main.ts"), 'await import("yaml");');
  await expect(roostBundle(root)).rejects.toThrow("import the package statically");
});

test("a folder without src/main.ts is refused", async () => {
  await expect(roostBundle(root)).rejects.toThrow("run this in a checkout");
});
