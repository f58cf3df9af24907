import { BackupLocation, type FoundBackup, lookAgainAnnotation } from "../../api/backup-location.ts";
import { isForbidden } from "../../kube/api-error.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Run } from "../command.ts";
import { until } from "../until.ts";
import { UsageError } from "../usage-error.ts";

interface Listing extends Pick<Run<never>, "out" | "signal" | "facts"> {
  args: {
    name?: string | undefined;
    namespace?: string | undefined;
    cluster?: string | undefined;
    output?: "wide" | "json" | "yaml" | "name" | undefined;
  };
  management: Kube;
}

/** Prints what a BackupLocation holds now: it is looked into first. */
export async function listStored(location: string, listing: Listing): Promise<void> {
  const { args, out } = listing;
  const { backups = [], backupCount = 0, lastProbe } = (await lookInto(location, listing))?.status ?? {};
  if (lastProbe?.message) out.note(`The location could not be looked into: ${lastProbe.message}`);
  if (backupCount > backups.length) out.note(`There are ${backupCount} in all; these are of the newest`);
  out.objects(
    backups.filter((backup) => isMeant(backup, args)),
    [
      { title: "NAMESPACE", value: ({ namespace }) => namespace },
      { title: "CLUSTER", value: ({ cluster }) => cluster },
      { title: "NAME", value: ({ name }) => name },
      { title: "MADE", value: ({ time }) => time },
      { title: "VERSION", value: ({ version }) => version },
      { title: "BYTES", value: ({ bytes }) => bytes },
      { title: "ENCRYPTED", value: ({ encrypted }) => String(encrypted) },
      { title: "PATH", value: ({ path }) => path },
    ],
    { format: args.output, none: `There are no such backups in the BackupLocation ${location}` },
  );
}

function isMeant(backup: FoundBackup, { name, namespace, cluster }: Listing["args"]): boolean {
  return (
    backup.name === (name ?? backup.name) &&
    backup.namespace === (namespace ?? backup.namespace) &&
    backup.cluster === (cluster ?? backup.cluster)
  );
}

async function lookInto(
  name: string,
  { out, management, signal, facts }: Listing,
): Promise<BackupLocation | undefined> {
  const before = await management.get(BackupLocation, name);
  if (!before) throw new UsageError(`--location ${name}: there is no such BackupLocation`);
  const annotations = { [lookAgainAnnotation]: facts.random(8).toString("hex") };
  try {
    await management.patch(BackupLocation, name, undefined, { metadata: { annotations } });
  } catch (error) {
    if (!isForbidden(error)) throw error;
    const when = before.status?.lastProbe?.time;
    out.note(`You may not have the location looked into${when ? `; this is what it held at ${when}` : ""}`);
    return before;
  }
  return await out.step(`BackupLocation ${name}`, async (progress) => {
    let latest: BackupLocation | undefined;
    await until(
      async () => {
        latest = await management.get(BackupLocation, name);
        if (!latest) throw new Error(`The BackupLocation ${name} is gone: somebody deleted it`);
        return latest.status?.lastProbe?.time !== before.status?.lastProbe?.time || "it is being looked into";
      },
      { what: `the BackupLocation ${name} to be looked into`, timeout: "2m", signal, onWait: progress.update },
    );
    progress.result("looked into");
    return latest;
  });
}
