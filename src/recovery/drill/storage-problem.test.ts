import { expect, test } from "vitest";
import type { StorageClass } from "../../kube/kinds.ts";
import { aSpec } from "../../testing/control-planes.ts";
import { storageProblem } from "./storage-problem.ts";

const aClass = (name: string, reclaimPolicy: string, creationTimestamp?: string): StorageClass => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: {
    name,
    creationTimestamp,
    ...(creationTimestamp && { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } }),
  },
  provisioner: "example.com/disk",
  reclaimPolicy,
});
const asking = (storageClassName?: string) =>
  aSpec({
    etcd: {
      managementType: "Managed",
      managed: { storage: { type: "PersistentVolume", persistentVolume: { size: "8Gi", storageClassName } } },
    },
  });

test("a drill uses no storage whose volumes stay when nobody claims them any more", () => {
  const classes = [aClass("fast", "Delete"), aClass("safe", "Retain")];
  expect(storageProblem(asking("fast"), classes)).toBeUndefined();
  expect(storageProblem(asking("safe"), classes)).toContain("StorageClass safe stay (reclaimPolicy Retain)");
  expect(storageProblem(asking("gone"), classes)).toContain("StorageClass gone, which the management cluster");
});

test("where no storage is asked for it is the newest default that counts", () => {
  const safe = aClass("safe", "Retain", "2026-02-01T00:00:00Z");
  expect(storageProblem(asking(), [aClass("a", "Delete", "2026-01-01T00:00:00Z"), safe])).toContain("safe");
  expect(storageProblem(asking(), [safe, aClass("b", "Delete", "2026-03-01T00:00:00Z")])).toBeUndefined();
  expect(storageProblem(asking(), [aClass("other", "Retain")]), "volumes made by hand").toBeUndefined();
});
