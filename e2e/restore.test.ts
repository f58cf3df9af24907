import { afterAll, beforeAll, expect, test } from "vitest";
import { HostedCluster } from "../src/api/index.ts";
import { findCondition } from "../src/kube/conditions.ts";
import type { ReplaceableKube } from "../src/kube/create-kube.ts";
import { ConfigMap } from "../src/kube/kinds.ts";
import { makeBackupVolume, removeBackupLocation } from "./backup-volume.ts";
import { connect, demoKubeconfig, managementKubeconfig } from "./environment.ts";
import { eventually } from "./eventually.ts";
import { backUp, latestRestore, markName, putBack, type Restorable } from "./put-back.ts";
import { hcp } from "./shell.ts";

// What else a restore gets over is tried by `npm run test:long -- restore`.

const location = "e2e-restore";
let management: ReplaceableKube;
let hosted: ReplaceableKube;
let demo: Restorable;
let claimName: string;

beforeAll(async () => {
  management = await connect(managementKubeconfig);
  hosted = await connect(demoKubeconfig);
  demo = { management, hosted, name: "demo", namespace: "clusters" };
  claimName = await makeBackupVolume(management, location);
});
afterAll(async () => {
  await removeBackupLocation(management, location, claimName);
  await hosted.delete(ConfigMap, markName, "default");
  hosted.close();
  management.close();
});

const isSettled = async () => {
  const { conditions } = (await management.get(HostedCluster, "demo", "clusters"))?.status ?? {};
  const is = (type: string, status: string) => findCondition(conditions, type)?.status === status;
  return is("Available", "True") && is("Progressing", "False") && is("Degraded", "False");
};

test("a cluster is put back in place, and its nodes and pods go on as if nothing had been", async () => {
  await eventually("demo being settled", 300, isSettled);
  await backUp(demo, "e2e-restore", location);
  expect(await hcp("restore", "cluster", "--name", "demo", "--from", "e2e-restore", "--plan")).toMatch(
    /^restore-etcd /m,
  );
  const { outageMs = 0, tookMs, operations } = await putBack(demo, { backup: "e2e-restore" });
  process.stderr.write(`put back in ${tookMs} ms, the API was away for ${outageMs} ms: ${operations}\n`);
  const { status } = (await latestRestore(demo)) ?? {};
  expect(status?.checks?.filter(({ result }) => result === "passed").length).toBeGreaterThan(5);
  // Whoever comes after finds it as it was.
  await eventually("demo being settled again", 300, isSettled);
});
