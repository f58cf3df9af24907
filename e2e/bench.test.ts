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
  const short = ["--rounds", "1", "--clusters", "1", "--at-once", "1", "--settle", "1", "--idle", "1"];
  const printed = await run("npm", ["run", "--silent", "bench", "--", ...short, "--json", json]);
  const { ratios, seconds, hosted_pss_mb, operator_pss_mb } = JSON.parse(readFileSync(json, "utf8"));
  rmSync(folder, { recursive: true });
  const measured = [ratios.create_to_ready, ratios.control_plane_memory, seconds.bare, seconds.pod, seconds.hosted];
  for (const figure of [...measured, operator_pss_mb["1"]]) expect(figure).toBeGreaterThan(0);
  expect(Object.keys(hosted_pss_mb)).toEqual(
    expect.arrayContaining(["etcd", "kube-apiserver", "control-plane-operator"]),
  );
  const management = await connect(managementKubeconfig);
  expect(await management.get(Namespace, benchNamespace)).toBeUndefined();
  management.close();
  expect(printed).toContain("create to ready / (bare ready + one pod start)");
});
