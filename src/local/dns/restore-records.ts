import { Service } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import type { KeepRecordsOptions } from "./keep-records.ts";
import { wantedRecords } from "./wanted-records.ts";

/** Has the DNS server add the records that the cluster's Services ask for now, in case that it lost them. */
export async function restoreRecords({
  kube,
  domain,
  update,
}: {
  kube: Pick<Kube, "list">;
} & Pick<KeepRecordsOptions, "domain" | "update">): Promise<void> {
  const add = wantedRecords(await kube.list(Service), domain);
  if (add.length === 0) return;
  await update({ add, remove: [] });
  // Of Services that went meanwhile: who keeps the records may have removed theirs before we added them.
  const still = wantedRecords(await kube.list(Service), domain);
  const remove = add.filter((record) => !still.includes(record));
  if (remove.length > 0) await update({ add: [], remove });
}
