import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runSuite } from "../e2e/conformance/run-suite.ts";

test("a run that ends before it has a report does not pass with that of a former one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "roost-suite-"));
  try {
    await writeFile(join(folder, "report.json"), JSON.stringify([{ SuiteSucceeded: true, SpecReports: [] }]));
    const suite = { ginkgo: "false", e2e: "e2e.test", programs: folder, registry: "registry.example.com", folder };
    const { signal } = new AbortController();
    const run = runSuite(suite, { kubeconfig: "kubeconfig", processes: 1, onFailure: () => {}, signal });
    await expect(run).rejects.toThrow("The suite has no report, as ginkgo ended with 1; see output.log beside it");
  } finally {
    await rm(folder, { recursive: true });
  }
});
