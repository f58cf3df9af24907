import { wantedRecovery } from "../../../api/wanted-recovery.ts";
import { restoreSecretName } from "../../../control-plane/etcd/orders.ts";
import { Secret } from "../../../kube/kinds.ts";
import { textOf } from "../../../kube/text-of.ts";
import { isMadeAnew } from "../is-made-anew.ts";
import { Failed, type Operation, type Pass } from "../operation.ts";
import { servedName, servedPort } from "../served.ts";
import { want } from "../want.ts";

/**
 * Every member of etcd becomes what the snapshot holds. Taken back, each has what it had before; that is possible until
 * the API server has served what was restored.
 */
export const restoreEtcd: Operation = {
  async execute(pass) {
    const { snapshot, revision } = pass.restore.status ?? {};
    if (!snapshot || !revision) throw new Failed("It is not known what the snapshot holds");
    await tellMembers(pass, snapshot.sha256, revision - snapshot.revision);
    const missing = await want(pass, { mode: "EtcdOnly", restore: { revision } });
    if (missing && pass.plane?.status?.recovery?.givenUp) throw new Failed(missing);
    return missing;
  },
  // Less than the Job has that serves the snapshot.
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

/** Where the snapshot is, and how far its revision is raised: above all that anybody has seen. */
async function tellMembers(pass: Pass, sha256: string, bump: number): Promise<void> {
  const { kube, plane, options } = pass;
  const name = servedName(pass);
  const served = await kube.get(Secret, name, options.operatorNamespace);
  const [token, authority] = [textOf(served, "token"), textOf(served, "ca.crt")];
  if (!token || !authority)
    throw new Error(`The Secret ${options.operatorNamespace}/${name} is gone: it is made again`);
  const url = `https://${name}.${options.operatorNamespace}.svc:${servedPort}/${token}`;
  const files = { url, sha256, "ca.crt": authority, bump: String(bump) };
  await kube.apply<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: restoreSecretName, namespace: plane?.metadata?.namespace },
    data: Object.fromEntries(Object.entries(files).map(([key, text]) => [key, encoded(text)])),
  });
}

const encoded = (text: string) => Buffer.from(text).toString("base64");
