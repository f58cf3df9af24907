import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { UsageError } from "../usage-error.ts";
import { cacheFolder } from "./cache-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "hcp-cache-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("the cache folder is there once it is named", () => {
  expect(cacheFolder({ home: folder, variables: {} })).toBe(join(folder, ".cache", "roost"));
  expect(cacheFolder({ home: "/nowhere", variables: { XDG_CACHE_HOME: join(folder, "a/b") } })).toBe(
    join(folder, "a/b/roost"),
  );
  expect(existsSync(join(folder, "a/b/roost"))).toBe(true);
});

test("a home that is not there is not made", () => {
  expect(() => cacheFolder({ home: join(folder, "gone"), variables: {} })).toThrow("does not exist");
  expect(existsSync(join(folder, "gone"))).toBe(false);
});

test.each(["/proc", "file"])("a cache folder in %s is refused at once, with what to do", (home) => {
  writeFileSync(join(folder, "file"), "");
  const refused = () => cacheFolder({ home: home === "file" ? join(folder, "file") : home, variables: {} });
  expect(refused).toThrow(UsageError);
  expect(refused).toThrow("cannot be kept in");
});
