import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type { ReplaceableKube } from "../src/kube/create-kube.ts";
import { createKube } from "../src/kube/create-kube.ts";
import { readSettings } from "../src/local/settings.ts";
import { stateFiles } from "../src/local/state-files.ts";
import { attempt, hcp, root } from "./shell.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** What the quick start printed before the tests began. */
    quickstart: { status: number; stdout: string; stderr: string };
  }
}

/** The kubeconfigs that the quick start leaves behind. */
export const managementKubeconfig = join(root, ".roost", "kubeconfig");
export const demoKubeconfig = join(root, ".roost", "demo.kubeconfig");

/** A client of the management cluster, or of the hosted cluster demo. */
export function connect(path: string): Promise<ReplaceableKube> {
  return createKube({ kubeconfig: readFileSync(path, "utf8"), fieldManager: "e2e", userAgent: "e2e" });
}

/**
 * Runs the quick start, on whose clusters all end-to-end tests work, and takes everything down afterwards. An
 * environment that was up before is left up, so that a developer does not wait for it at each run.
 */
export default async function environment(project: TestProject): Promise<() => Promise<void>> {
  const from = (await readSettings(stateFiles(join(root, ".roost"), () => new Date())))?.from;
  if (from) {
    throw new Error(
      `The environment was taken from the release ${from.image}, so that these would be no tests of this checkout; run "./hcp quickstart --build" first.`,
    );
  }
  const wasUp = (await attempt("./hcp", ["local", "status", "-o", "json"])).status === 0;
  const began = Date.now();
  const ended = await attempt("./hcp", ["quickstart"]);
  process.stderr.write(`quick start ended with ${ended.status} after ${Math.round((Date.now() - began) / 1000)} s\n`);
  if (ended.status !== 0) process.stderr.write(ended.stderr);
  project.provide("quickstart", ended);
  return async () => {
    if (!wasUp) await hcp("local", "down");
  };
}
