import { chmod, mkdir, rm } from "node:fs/promises";
import { isAlreadyExists } from "../../kube/api-error.ts";
import type { Controller } from "../../kube/controller.ts";
import { PersistentVolumeClaim } from "../../kube/kinds.ts";
import { directoryToRemove, PersistentVolume, volumeOf, wantsVolume } from "./persistent-volume.ts";

/** Makes a directory below `folder` for each claim that waits for one. */
export function claimController(folder: string): Controller<PersistentVolumeClaim> {
  return {
    name: "persistent-volume-claim",
    kind: PersistentVolumeClaim,
    async reconcile(claim, { kube, log }) {
      if (!wantsVolume(claim)) return;
      const volume = volumeOf(claim, folder);
      const path = volume.spec?.hostPath?.path ?? "";
      await mkdir(path, { recursive: true });
      // Whatever user the pod runs as may write; mkdir would take the umask off.
      await chmod(path, 0o777);
      await kube.create(volume).catch((error: unknown) => {
        if (!isAlreadyExists(error)) throw error;
      });
      log.info({ volume: volume.metadata?.name, path }, "made volume");
    },
  };
}

/** Removes the directories of volumes whose claims are gone. */
export function volumeController(folder: string): Controller<PersistentVolume> {
  return {
    name: "persistent-volume",
    kind: PersistentVolume,
    async reconcile(volume, { kube, log }) {
      const path = directoryToRemove(volume, folder);
      if (!path || volume.metadata?.deletionTimestamp) return;
      await rm(path, { recursive: true, force: true });
      await kube.delete(PersistentVolume, volume.metadata?.name ?? "");
      log.info({ volume: volume.metadata?.name, path }, "removed volume");
    },
  };
}
