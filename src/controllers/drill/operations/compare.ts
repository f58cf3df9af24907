import { verified } from "../../restore/verified.ts";
import { type Operation, toldBy } from "../operation.ts";

/** etcd holds exactly what the backup does: nothing has written to it since. */
export const compare: Operation = (pass) =>
  verified(toldBy(pass), "compare", {
    checks: ["etcd-members", "etcd-hash", "etcd-revision", "object-counts"],
    objectCounts: pass.drill.status?.snapshot?.objectCounts,
    revision: pass.drill.status?.revision,
    tryFor: "1m",
  });
