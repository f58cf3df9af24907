import { BackupLocation } from "../../api/backup-location.ts";
import { isForbidden } from "../../kube/api-error.ts";
import type { Kube } from "../../kube/kube.ts";
import { UsageError } from "../usage-error.ts";

/** The location that was named, or the only one there is. Who may not look at locations has to name one. */
export async function locationOrOnly(kube: Kube, named: string | undefined): Promise<string> {
  const found = await kube.list(BackupLocation).catch((error: unknown) => {
    if (!isForbidden(error)) throw error;
  });
  if (!found) {
    if (named !== undefined) return named;
    const hint = "you may not look which there are: ask whoever runs the management cluster for its name";
    throw new UsageError("--location is required", hint);
  }
  const names = found.map(({ metadata }) => metadata?.name ?? "").sort();
  if (names.length === 0)
    throw new UsageError("There is no BackupLocation", `make one with "hcp create backup-location"`);
  if (named === undefined && names.length === 1) return names[0] ?? "";
  if (named === undefined) throw new UsageError("--location is required", `there is ${names.join(", ")}`);
  if (names.includes(named)) return named;
  throw new UsageError(`--location ${named}: there is no such BackupLocation`, `there is ${names.join(", ")}`);
}
