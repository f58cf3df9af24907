import { wantedRecovery } from "../../../api/wanted-recovery.ts";
import { isMadeAnew } from "../is-made-anew.ts";
import { Failed, type Operation } from "../operation.ts";
import { servedName } from "../served.ts";
import { tellMembers } from "../tell-members.ts";
import { want } from "../want.ts";

/**
 * Every member of etcd becomes what the snapshot holds. Taken back, each has what it had before; that is possible until
 * the API server has served what was restored.
 */
export const restoreEtcd: Operation = {
  async execute(pass) {
    const { snapshot, revision } = pass.restore.status ?? {};
    if (!snapshot || !revision) throw new Failed("It is not known what the snapshot holds");
    const { kube, plane, options } = pass;
    const serving = { kube, name: servedName(pass), namespace: options.operatorNamespace };
    const { namespace } = plane?.metadata ?? {};
    await tellMembers(serving, { bump: revision - snapshot.revision, namespace });
    const missing = await want(pass, { mode: "EtcdOnly", restore: { revision } });
    if (missing && pass.plane?.status?.recovery?.givenUp) throw new Failed(missing);
    return missing;
  },
  // With what comes before, less than the Job has that serves the snapshot.
  patienceMs: 45 * 60_000,
  async undo(pass) {
    const { revision } = pass.restore.status ?? {};
    // Of a cluster that was made again nothing was there before: all of it goes.
    if (!revision || !pass.plane || isMadeAnew(pass.restore)) return undefined;
    // A member with the former data and one with the snapshot's are never to run together.
    if (!wantedRecovery(pass.plane)?.putBack) {
      const stopping = await want(pass, { mode: "Stopped" });
      if (stopping) return stopping;
    }
    return want(pass, { mode: "EtcdOnly", putBack: { below: revision } });
  },
};
