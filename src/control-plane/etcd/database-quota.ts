const mebibyte = 1024 ** 2;
const units: Record<string, number> = Object.fromEntries([
  ...["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].map((unit, i) => [unit, 1024 ** (i + 1)]),
  ...["k", "M", "G", "T", "P", "E"].map((unit, i) => [unit, 1000 ** (i + 1)]),
  ["", 1],
  ["m", 0.001],
  ["u", 1e-6],
  ["n", 1e-9],
]);

/** Five old files of the write-ahead log, the present one and the next, of 64 MB each; and something for snapshots. */
const besideDatabase = 512 * mebibyte;
const smallest = 128 * mebibyte;
/** More is slow to load and to send; etcd advises against it. */
const largest = 8192 * mebibyte;

/**
 * How large etcd's database may grow on a volume of this size: half of what the log leaves. The other half is for the
 * second copy that there is while a member takes over the leader's snapshot, is defragmented, or is backed up on its
 * own volume. So etcd refuses writes (NOSPACE), which can be mended, before the volume is full, which ends it.
 */
export function databaseQuota(volumeSize: string): number {
  const half = Math.floor((bytesOf(volumeSize) - besideDatabase) / 2 / mebibyte) * mebibyte;
  return Math.min(Math.max(half, smallest), largest);
}

/** A quantity of Kubernetes, as the schema admits it: 8Gi, 8589934592, 8e9. */
function bytesOf(quantity: string): number {
  const [, number = "", unit = ""] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(quantity) ?? [];
  return Number(number) * (units[unit] ?? 1);
}
