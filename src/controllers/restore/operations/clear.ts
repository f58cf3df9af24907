import { restoreSecretName } from "../../../control-plane/etcd/orders.ts";
import { Secret } from "../../../kube/kinds.ts";
import { isMadeAnew } from "../is-made-anew.ts";
import type { Operation } from "../operation.ts";
import { servedName } from "../served.ts";
import { removeServing } from "../serving.ts";
import { wantNothing } from "../want.ts";
import { forgetObjects } from "../with-objects.ts";

/** What was made for the restore goes. */
export const clear: Operation = {
  async execute(pass) {
    const { kube, plane, options } = pass;
    await removeServing({ kube, name: servedName(pass), namespace: options.operatorNamespace });
    if (plane) await kube.delete(Secret, restoreSecretName, plane.metadata?.namespace);
    if (isMadeAnew(pass.restore)) await forgetObjects(pass);
    await wantNothing(pass);
    return undefined;
  },
};
