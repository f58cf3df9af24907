import { expect, test } from "vitest";
import type { BackupLocation } from "../../../api/index.ts";
import type { Job } from "../../../kube/kinds.ts";
import { noLog } from "../../../kube/log.ts";
import type { Resource } from "../../../kube/resource.ts";
import type { Pass } from "../operation.ts";
import { restoreEtcd } from "./restore-etcd.ts";
import { serve } from "./serve.ts";
import { stop } from "./stop.ts";
import { wake } from "./wake.ts";

const hourMs = 3_600_000;

test("a snapshot is served for as long as the operations after it may need it, and an hour for reading it", async () => {
  const made: Resource[] = [];
  const kube = {
    get: async () => undefined,
    create: async (object: Resource) => made.push(object),
    apply: async () => ({}),
  };
  const pass = {
    kube,
    log: noLog,
    now: () => new Date(),
    options: { operatorNamespace: "hypershift", recoveryImage: "recovery:1" },
    restore: {
      metadata: { name: "r", namespace: "clusters", uid: "u" },
      spec: { clusterName: "demo", from: { backupName: "b" } },
    },
    location: { spec: { volume: { claimName: "backups" } } } as BackupLocation,
    path: "clusters/demo/b",
  } as unknown as Pass;
  await serve.execute(pass);
  const job = made.find(({ kind }) => kind === "Job") as Job;
  const before = Math.max(stop.patienceMs ?? 0, wake.patienceMs ?? 0);
  const needed = hourMs + before + (restoreEtcd.patienceMs ?? 0);
  expect((job.spec?.activeDeadlineSeconds ?? 0) * 1000).toBeGreaterThan(needed);
});
