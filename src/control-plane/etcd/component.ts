import { type Component, certificateOf } from "../component.ts";
import { disruptionBudget } from "../disruption-budget.ts";
import { ordersName, restoreSecretName } from "./orders.ts";
import { clientService, discoveryService } from "./services.ts";
import { startScript } from "./start-script.ts";
import { statefulSet } from "./stateful-set.ts";

/** What a hosted cluster remembers. Not there where the user brings an etcd. */
export const etcd: Component = {
  name: "etcd",
  needs: [],
  priority: "etcd",
  isNeeded: ({ spec }) => spec.etcd.managementType === "Managed",
  // Certificates for each connection; authorities only when it starts. Orders while it has not begun.
  follows: [
    `ConfigMap/${ordersName}`,
    `Secret/${restoreSecretName}`,
    ...["etcd-server-tls", "etcd-peer-tls", "etcd-client-tls"].flatMap(certificateOf),
  ],
  manifests: [discoveryService, clientService, startScript, statefulSet, disruptionBudget("etcd")],
};
