import { restoreSecretName } from "../../../control-plane/etcd/orders.ts";
import { Job, Secret, Service } from "../../../kube/kinds.ts";
import { isMadeAnew } from "../is-made-anew.ts";
import type { Operation } from "../operation.ts";
import { servedName } from "../served.ts";
import { wantNothing } from "../want.ts";
import { forgetObjects } from "../with-objects.ts";

/** What was made for the restore goes: the address of the snapshot opens it to whoever knows it. */
export const clear: Operation = {
  async execute(pass) {
    const { kube, plane, options } = pass;
    const { operatorNamespace } = options;
    const name = servedName(pass);
    await kube.delete(Job, name, operatorNamespace, { propagation: "Background" });
    await kube.delete(Service, name, operatorNamespace);
    await kube.delete(Secret, name, operatorNamespace);
    if (plane) await kube.delete(Secret, restoreSecretName, plane.metadata?.namespace);
    if (isMadeAnew(pass.restore)) await forgetObjects(pass);
    await wantNothing(pass);
    return undefined;
  },
};
