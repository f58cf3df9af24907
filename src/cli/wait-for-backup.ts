import { Backup } from "../api/backup.ts";
import { findCondition } from "../kube/conditions.ts";
import type { Kube } from "../kube/kube.ts";
import type { Out } from "./out.ts";
import { until } from "./until.ts";

export interface WaitForBackup {
  kube: Kube;
  out: Out;
  signal: AbortSignal;
  name: string;
  namespace: string;
  timeout: string;
}

/** Follows a backup until it is complete; throws its own sentence where it failed. */
export async function waitForBackup({ kube, out, signal, name, namespace, timeout }: WaitForBackup): Promise<void> {
  await out.step(`Backup ${namespace}/${name}`, async (progress) => {
    await until(
      async () => {
        const backup = await kube.get(Backup, name, namespace);
        if (!backup) throw new Error(`The Backup ${namespace}/${name} is gone: somebody deleted it`);
        const succeeded = findCondition(backup.status?.conditions, "Succeeded");
        if (succeeded?.status === "False") throw new Error(succeeded.message);
        if (succeeded?.status !== "True") return succeeded?.message || "the operator has not looked at it yet";
        progress.result(succeeded.message);
        return true;
      },
      { what: `the Backup ${namespace}/${name}`, timeout, signal, onWait: progress.update },
    );
  });
}
