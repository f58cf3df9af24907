import { expect, test } from "vitest";
import type { PersistentVolumeClaim } from "../../kube/kinds.ts";
import { directoryToRemove, provisioner, volumeOf, wantsVolume } from "./persistent-volume.ts";

const claim: PersistentVolumeClaim = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: {
    name: "data-etcd-0",
    namespace: "clusters-demo",
    uid: "1-2-3",
    annotations: { "volume.kubernetes.io/storage-provisioner": provisioner },
  },
  spec: {
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: "8Gi" } },
    storageClassName: "directory",
  },
  status: { phase: "Pending" },
};

test("a claim gets a directory of its own, and the volume that is tied to it", () => {
  const { metadata, spec } = volumeOf(claim, "/volumes");
  expect(metadata?.name).toBe("pvc-1-2-3");
  expect(spec?.hostPath?.path).toBe("/volumes/clusters-demo_data-etcd-0_1-2-3");
  expect(spec?.claimRef?.uid).toBe("1-2-3");
  expect(spec?.capacity).toEqual({ storage: "8Gi" });
});

test("claims of other provisioners, and those with a volume, are left alone", () => {
  expect(wantsVolume(claim)).toBe(true);
  expect(wantsVolume({ ...claim, metadata: { ...claim.metadata, annotations: {} } })).toBe(false);
  expect(wantsVolume({ ...claim, spec: { ...claim.spec, volumeName: "pvc-1-2-3" } })).toBe(false);
});

test("a directory is removed once its claim is gone, and only then", () => {
  const volume = volumeOf(claim, "/volumes");
  expect(directoryToRemove({ ...volume, status: { phase: "Bound" } }, "/volumes")).toBeUndefined();
  expect(directoryToRemove({ ...volume, status: { phase: "Released" } }, "/volumes")).toBe(volume.spec?.hostPath?.path);
});

test("a volume that is to be kept, or that somebody else made, keeps its directory", () => {
  const volume = { ...volumeOf(claim, "/volumes"), status: { phase: "Released" } };
  const kept = { ...volume, spec: { ...volume.spec, persistentVolumeReclaimPolicy: "Retain" } };
  expect(directoryToRemove(kept, "/volumes")).toBeUndefined();
  expect(directoryToRemove({ ...volume, metadata: { name: "x" } }, "/volumes")).toBeUndefined();
  expect(directoryToRemove(volume, "/other")).toBeUndefined();
});
