import { beforeAll, expect, test } from "vitest";
import { Backup, BackupLocation, HostedControlPlane, Restore } from "../../api/index.ts";
import { operatorNamespacePermissions, operatorPermissions } from "../../api/permissions.ts";
import { findCondition } from "../../kube/conditions.ts";
import { Job, type Namespace } from "../../kube/kinds.ts";
import { noLog } from "../../kube/log.ts";
import type { Resource } from "../../kube/resource.ts";
import { runControllers } from "../../kube/run-controllers.ts";
import { waitFor } from "../../kube/wait-for.ts";
import { aSpec } from "../../testing/control-planes.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { samples } from "../../testing/samples.ts";
import { sharedApiServer } from "../../testing/shared-api-server.ts";
import { restoreController } from "./controller.ts";

beforeAll(async () => installCrds((await sharedApiServer("restore-to-time")).kube), 120_000);

test("a restore to a time begins with the newest backup before it, and fails where changes up to it are missing", {
  timeout: 150_000,
}, async () => {
  const shared = await sharedApiServer("restore-to-time");
  const { kube, namespace } = shared;
  const plane = `${namespace}-demo`;
  await kube.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: plane } });
  const { status: _, ...sample } = samples().get("hosted-cluster-agent") as Resource & { status?: unknown };
  const cluster = await kube.create<Resource>({ ...sample, metadata: { name: "demo", namespace } });
  const { apiVersion, kind } = HostedControlPlane;
  const metadata = { name: "demo", namespace: plane };
  await kube.create<HostedControlPlane>({ apiVersion, kind, metadata, spec: aSpec() });
  const locationName = `l-${namespace}`;
  await kube.create<BackupLocation>({
    ...{ apiVersion: BackupLocation.apiVersion, kind: BackupLocation.kind, metadata: { name: locationName } },
    spec: { volume: { claimName: "backups" } },
  });
  const condition = { type: "Succeeded", status: "True", reason: "AsExpected", message: "" };
  for (const [name, completedAt] of Object.entries({
    early: "2026-01-01T00:00:00Z",
    before: "2026-01-01T01:00:00Z",
    behind: "2026-01-01T02:00:00Z",
  })) {
    const spec = { clusterName: "demo", locationName };
    await kube.create<Backup>({
      ...{ apiVersion: Backup.apiVersion, kind: Backup.kind, metadata: { name, namespace }, spec },
    });
    const conditions = [{ ...condition, lastTransitionTime: completedAt }];
    const clusterUID = cluster.metadata?.uid;
    const status = { path: `${namespace}/demo/${name}`, completedAt, clusterUID, conditions };
    await kube.patch(Backup, name, namespace, { status }, { subresource: "status" });
  }
  const rules = [...operatorPermissions, ...operatorNamespacePermissions];
  const operator = await kubeWithRights({ ...shared, name: "operator", rules, namespace: undefined });
  const stop = new AbortController();
  const controller = restoreController({ operatorNamespace: namespace, recoveryImage: "recovery:1" });
  const ended = runControllers([controller], { kube: operator, log: noLog, signal: stop.signal });
  try {
    const time = "2026-01-01T01:30:00Z";
    const { metadata } = await kube.create<Restore>({
      ...{ apiVersion: Restore.apiVersion, kind: Restore.kind, metadata: { name: "r", namespace } },
      spec: { clusterName: "demo", from: { time, locationName } },
    });
    const within = { namespace, timeoutMs: 60_000 };
    const job = await waitFor(kube, Job, `restore-${metadata?.uid}`, () => true, within);
    const args = job.spec?.template.spec?.containers[0]?.args ?? [];
    expect(args.slice(0, 3)).toEqual(["serve-snapshot", "--path", `${namespace}/demo/before`]);
    expect(args[args.indexOf("--at") + 1]).toBe(time);
    expect((await kube.get(Restore, "r", namespace))?.status?.backupName).toBe("before");
    // A newer one changes nothing any more.
    const completedAt = "2026-01-01T01:10:00Z";
    await kube.patch(Backup, "behind", namespace, { status: { completedAt } }, { subresource: "status" });
    const problem = "the last change that is known is of 2026-01-01T01:20:00Z";
    await kube.patch(Restore, "r", namespace, { status: { problem } }, { subresource: "status" });
    const done = await waitFor(kube, Restore, "r", ({ status }) => status?.completedAt !== undefined, within);
    expect(findCondition(done.status?.conditions, "Succeeded")).toMatchObject({
      status: "False",
      message: expect.stringMatching(`${problem}. The cluster is as it was before`),
    });
    expect(done.status?.backupName).toBe("before");
  } finally {
    stop.abort();
    await ended;
  }
});
