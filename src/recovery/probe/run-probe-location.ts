import { BackupLocation } from "../../api/backup-location.ts";
import type { Log } from "../../kube/controller.ts";
import type { Kube } from "../../kube/kube.ts";
import { type OpenOptions, openLocation } from "../store/open-location.ts";
import { StoreError } from "../store/store-error.ts";
import { type FoundBackups, foundBackups } from "./found-backups.ts";
import { probeStore } from "./probe-store.ts";

export interface ProbeLocationOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** The BackupLocation. */
  name: string;
  /** Its spec as JSON. */
  location: string;
  /** What is looked at, see `status.lastProbe.of`. */
  of: string;
  files?: OpenOptions["files"];
  now?: () => Date;
}

/** The program `probe-location`: tries a location, looks what there is in it, and writes both into its status. */
export async function runProbeLocation(options: ProbeLocationOptions): Promise<void> {
  const { kube, log, signal, name, location, of, files, now = () => new Date() } = options;
  const { problem, found } = await look(location, { files, signal });
  log.info({ location: name, ...problem, backups: found?.backupCount }, "location looked at");
  // Null takes away what an earlier look wrote.
  const { reason = null, message = null } = problem ?? {};
  const lastProbe = { of, time: now().toISOString(), reason, message };
  const status = { lastProbe, ...found };
  await kube.patch(BackupLocation, name, undefined, { status }, { subresource: "status", signal });
}

/** What there is in the location, or what is wrong with it. */
async function look(
  location: string,
  { files, signal }: Pick<ProbeLocationOptions, "files" | "signal">,
): Promise<{ problem?: { reason: string; message: string }; found?: FoundBackups }> {
  try {
    // A few tries only: that it does not answer is news, and the next look comes soon.
    const { store } = await openLocation(location, { files, attempts: 4 });
    await probeStore(store, signal);
    return { found: await foundBackups(store, signal) };
  } catch (error) {
    if (error instanceof StoreError) return { problem: { reason: error.reason, message: error.message } };
    throw error;
  }
}
