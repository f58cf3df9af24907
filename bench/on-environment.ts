import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../e2e/shell.ts";
import { createKube } from "../src/kube/create-kube.ts";
import { Namespace } from "../src/kube/kinds.ts";
import type { Kube } from "../src/kube/kube.ts";
import { waitForGone } from "../src/kube/wait-for.ts";
import { benchNamespace } from "./hosted.ts";
import { out } from "./out.ts";

/** Measures on the local environment, in a namespace that goes with the measurement, and writes what came of it. */
export async function onEnvironment(measure: (kube: Kube) => Promise<object>, json?: string): Promise<void> {
  const kube = await createKube({ kubeconfig: readFileSync(join(root, ".roost", "kubeconfig"), "utf8") });
  try {
    await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: benchNamespace } });
    const result = await measure(kube);
    if (json) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
  } catch (error) {
    out.note(`The measurement ended early: ${(error as Error).message}`);
    process.exitCode = 1;
  } finally {
    await out.step("Clean up", async () => {
      await kube.delete(Namespace, benchNamespace).catch(() => false);
      await waitForGone(kube, Namespace, benchNamespace, { timeoutMs: 300_000 });
    });
    kube.close();
  }
}
