import type { Operation } from "../operation.ts";
import { verified } from "../verified.ts";

/** etcd holds exactly what the backup does: nothing has written to it since. */
export const compare: Operation = {
  execute: (pass) =>
    verified(pass, "compare", {
      checks: ["etcd-members", "etcd-hash", "etcd-revision", "object-counts"],
      objectCounts: pass.restore.status?.snapshot?.objectCounts,
      revision: pass.restore.status?.revision,
      tryFor: "1m",
    }),
};
