// Fails when a folder of src/ imports one that it may not know. This table is the architecture.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const mayImport: Record<string, readonly string[]> = {
  kube: [],
  rendering: ["kube"],
  api: ["kube"],
  pki: ["api"],
  etcd: [],
  release: ["kube"],
  recovery: ["kube", "api", "pki", "etcd", "release", "control-plane", "platforms"],
  ignition: ["kube", "rendering", "api", "pki", "release"],
  "control-plane": ["kube", "rendering", "api", "pki", "etcd", "release", "ignition"],
  guest: ["kube", "rendering", "api", "pki", "release", "control-plane"],
  platforms: ["kube", "api", "pki", "release", "ignition"],
  controllers: [
    "kube",
    "rendering",
    "api",
    "pki",
    "etcd",
    "release",
    "recovery",
    "ignition",
    "control-plane",
    "guest",
    "platforms",
  ],
  local: ["kube", "api", "pki", "release"],
  cli: ["kube", "api", "pki", "release", "recovery", "local"],
  testing: ["kube", "api", "pki", "etcd", "release", "recovery", "control-plane"],
  "main.ts": [
    "kube",
    "api",
    "pki",
    "release",
    "recovery",
    "ignition",
    "control-plane",
    "guest",
    "platforms",
    "controllers",
    "local",
  ],
};

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "src");
let failures = 0;
for (const entry of readdirSync(root, { recursive: true, encoding: "utf8" })) {
  if (!entry.endsWith(".ts") || entry.endsWith(".test.ts")) continue;
  const from = entry.split("/")[0] ?? "";
  for (const match of readFileSync(join(root, entry), "utf8").matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)) {
    const target = normalize(join(entry, "..", match[1] ?? ""));
    const to = target.startsWith("..") ? undefined : target.split("/")[0];
    if (to === undefined || to === from || mayImport[from]?.includes(to)) continue;
    console.error(`src/${entry} imports ${to}/, which ${from} may not know`);
    failures++;
  }
  if (!(from in mayImport)) {
    console.error(`src/${entry}: the folder ${from} has no row in tools/check-imports.ts`);
    failures++;
  }
}
process.exitCode = failures > 0 ? 1 : 0;
