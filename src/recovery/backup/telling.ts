import { Backup } from "../../api/backup.ts";
import type { Kube } from "../../kube/kube.ts";

/** The Backup that a program works for. */
export interface ToldTo {
  kube: Kube;
  signal: AbortSignal;
  namespace: string;
  name: string;
}

/** Does the work and writes what came of it into the Backup's status: what it gives, or why it failed. */
export async function telling(to: ToldTo, work: () => Promise<Partial<NonNullable<Backup["status"]>>>): Promise<void> {
  const write = (status: object) => {
    const { kube, signal, name, namespace } = to;
    return kube.patch(Backup, name, namespace, { status }, { subresource: "status", signal });
  };
  let found: Partial<NonNullable<Backup["status"]>>;
  try {
    found = await work();
  } catch (error) {
    // Ended from outside: that says nothing about the backup, and another attempt comes.
    if (!to.signal.aborted) await write({ problem: (error as Error).message.slice(0, 4096) }).catch(() => {});
    throw error;
  }
  // Null takes away what an earlier attempt wrote.
  await write({ problem: null, ...found });
}
