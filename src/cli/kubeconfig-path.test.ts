import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Facts } from "./command.ts";
import { kubeconfigPath } from "./kubeconfig-path.ts";

const root = mkdtempSync(join(tmpdir(), "hcp-kubeconfig-"));
afterAll(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, ".roost"));
const paths = {
  flag: "flag",
  variable: "variable",
  other: join(root, "other"),
  checkout: join(root, ".roost/kubeconfig"),
};
for (const path of Object.values(paths)) writeFileSync(join(root, path.replace(root, "")), "");
const facts = { root, cwd: root, home: join(root, "home"), variables: { KUBECONFIG: "variable" } } as unknown as Facts;

test("a flag comes before the environment that a command is about, and that before KUBECONFIG", () => {
  expect(kubeconfigPath("flag", facts, paths.other)).toBe(join(root, "flag"));
  expect(kubeconfigPath(undefined, facts, paths.other)).toBe(paths.other);
  expect(kubeconfigPath(undefined, facts)).toBe(join(root, "variable"));
  expect(kubeconfigPath(undefined, { ...facts, variables: {} })).toBe(paths.checkout);
});

test("an environment that is not up is named", () => {
  expect(() => kubeconfigPath(undefined, facts, join(root, "nowhere"))).toThrow("--environment names");
});
