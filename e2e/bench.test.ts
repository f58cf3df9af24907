import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { benchNamespace } from "../bench/hosted.ts";
import { Namespace } from "../src/kube/kinds.ts";
import { connect, managementKubeconfig } from "./environment.ts";
import { run } from "./shell.ts";

// That the bench still measures: what it measures is not judged here.
test("the bench measures every figure that is kept, and leaves nothing behind", async () => {
  const folder = mkdtempSync(join(tmpdir(), "roost-bench-test-"));
  const json = join(folder, "bench.json");
  const short = ["--rounds", "1", "--clusters", "1", "--at-once", "1", "--window", "1", "--settle", "1", "--idle", "1"];
  const printed = await run("npm", ["run", "--silent", "bench", "--", ...short, "--json", json]);
  const { ratios, counts, cpu_seconds, seconds, hosted_pss_mb, operator_pss_mb, read_p99_ms } = JSON.parse(
    readFileSync(json, "utf8"),
  );
  rmSync(folder, { recursive: true });
  const measured = [ratios.create_to_ready, ratios.control_plane_memory, seconds.bare, seconds.pod, seconds.hosted];
  const answers = [seconds.destroy, read_p99_ms["1"].hosted, read_p99_ms["1"].bare];
  for (const figure of [...measured, ...answers, operator_pss_mb["1"]]) expect(figure).toBeGreaterThan(0);
  // Differences to what went on anyhow: within so short a time they may have any sign.
  for (const figure of [counts.requests_per_create, cpu_seconds.create_above_bare])
    expect(figure).toEqual(expect.any(Number));
  // About 500 as this was written; it was 1300 once. What goes on anyhow is little beside that.
  expect(counts.requests_per_create).toBeLessThan(900);
  // An idle second may be less than the kernel counts.
  expect(ratios).toHaveProperty("idle_cpu");
  expect(Object.keys(hosted_pss_mb)).toEqual(
    expect.arrayContaining(["etcd", "kube-apiserver", "control-plane-operator"]),
  );
  const management = await connect(managementKubeconfig);
  expect(await management.get(Namespace, benchNamespace)).toBeUndefined();
  management.close();
  expect(printed).toContain("create to ready / (bare ready + one pod start)");
});
