import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseGoMod } from "./go-mod.ts";
import { findRelease, readPayloadDescription } from "./payload-description.ts";

const root = join(import.meta.dirname, "../..");
const versionsOf = async (module: string) =>
  parseGoMod(await readFile(join(root, "payload", module, "go.mod"), "utf8")).versions;

test("Kubernetes' own suite is of the newest release's version, and compiled from the same modules", async () => {
  const release = findRelease(await readPayloadDescription(root));
  const [suite, payload] = await Promise.all([versionsOf("conformance"), versionsOf(release.kubernetes)]);
  expect(suite["k8s.io/kubernetes"]).toBe(`v${release.version}`);
  const shared = Object.keys(suite).filter((module) => module.startsWith("k8s.io/") && payload[module]);
  expect(shared.length).toBeGreaterThan(20);
  for (const module of shared) expect(`${module} ${suite[module]}`).toBe(`${module} ${payload[module]}`);
});
