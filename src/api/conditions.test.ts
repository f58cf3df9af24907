import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as conditions from "./conditions.ts";

// Conditions and reasons are what users' scripts compare with: whoever adds one writes it into the list as well.

const { reasons, ...tables } = conditions;
const types = new Set(Object.values(tables).flatMap((table) => Object.keys(table)));
const source = join(import.meta.dirname, "..");
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !/^(api|testing|kube|local|cli)\//.test(name))
  .map((name) => ({ name, text: readFileSync(join(source, name), "utf8") }));

const used = (pattern: RegExp) =>
  files.flatMap(({ name, text }) => [...text.matchAll(pattern)].map(([, word = ""]) => ({ word, name })));

test("every reason in the sources is listed in src/api/conditions.ts", () => {
  const named = [...used(/\breason: "(\w+)"/g), ...used(/\b(?:wait|Stalled)\(\s*"(\w+)"/g)];
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ word }) => !(reasons as readonly string[]).includes(word))).toEqual([]);
});

test("every condition in the sources is listed in src/api/conditions.ts", () => {
  const named = used(/\btype: "([A-Z]\w+)",\s*status:/g);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ word }) => !types.has(word))).toEqual([]);
});

test("no reason is listed twice", () => {
  expect(reasons.filter((reason, index) => reasons.indexOf(reason) !== index)).toEqual([]);
});
