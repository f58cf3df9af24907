import type { Controller } from "../../../kube/controller.ts";
import { Deployment, StatefulSet } from "../../../kube/kinds.ts";
import { dataAccess, lacksDataAccess } from "./data-access.ts";

/** Lets pods run that administrators make to get at volumes of etcd, also while the control plane is paused for it. */
export function dataAccessController({ namespace }: { namespace: string }): Controller<Deployment> {
  return {
    name: "etcd-data-access",
    kind: Deployment,
    namespace,
    async reconcile(deployment, { kube, log }) {
      if (!lacksDataAccess(deployment)) return;
      const etcd = (await kube.get(StatefulSet, "etcd", namespace))?.spec?.template.spec;
      if (!etcd) return;
      await kube.apply(dataAccess(deployment, etcd));
      log.info({ deployment: deployment.metadata?.name }, "a Deployment may get at volumes of etcd");
    },
  };
}
