import type { Pod } from "../../../kube/kinds.ts";

/** The members that end again and again because of what is in their volumes, in the words of etcd itself. */
export function damagedMembers(pods: readonly Pod[]): string[] {
  return pods.filter(isDamaged).map(({ metadata }) => metadata?.name ?? "");
}

/** What etcd and the database under it say of files that are not what they wrote. */
const words = [
  "invalid database",
  "checksum error",
  "file size too small",
  "crc mismatch",
  "wal: (?:file not found|slice bounds|max entry size)",
  "failed to (?:open|read|recover|repair) (?:database|WAL|from snapshot|v3 backend)",
  "(?:freepages|page \\d+|Page expected to be)",
  "unexpected fault address",
  "tocommit\\(\\d+\\) is out of range",
  "found data inconsistency with peers",
];
const damage = new RegExp(words.join("|"), "i");

function isDamaged({ status }: Pod): boolean {
  const container = status?.containerStatuses?.find(({ name }) => name === "etcd");
  // It has ended more than once, and is not running now.
  if (!container || container.ready || container.state?.running || container.restartCount < 2) return false;
  const ended = container.state?.terminated ?? container.lastState?.terminated;
  return damage.test(ended?.message ?? "");
}
