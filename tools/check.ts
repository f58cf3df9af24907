// What has to hold before a change goes in: types, lint, who may import whom, and generated files that are up to date.
// Runs every check, and fails where one did.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const bin = (name: string) => join(root, "node_modules", ".bin", name);
const node = (script: string, ...args: string[]) => [
  process.execPath,
  "--disable-warning=ExperimentalWarning",
  join(root, script),
  ...args,
];

const checks: [string, string[]][] = [
  ["types", [bin("tsc"), "--project", root]],
  ["lint and format", [bin("biome"), "check", "--error-on-warnings", root]],
  ["imports", node("tools/check-imports.ts")],
  ["generated files", node("tools/generate.ts", "--check")],
];
let failures = 0;
for (const [name, [program = "", ...args]] of checks) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  const ok = status === 0;
  if (!ok) failures++;
  console.log(`${ok ? "ok    " : "FAILED"} ${name}${error ? `: ${error.message}` : ""}`);
}
process.exitCode = failures > 0 ? 1 : 0;
