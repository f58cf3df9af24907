import type { Component } from "../component.ts";
import { disruptionBudget } from "../disruption-budget.ts";
import { ordersName } from "./orders.ts";
import { clientService, discoveryService } from "./services.ts";
import { startScript } from "./start-script.ts";
import { statefulSet } from "./stateful-set.ts";

/** What a hosted cluster remembers. Not there where the user brings an etcd. */
export const etcd: Component = {
  name: "etcd",
  needs: [],
  priority: "etcd",
  isNeeded: ({ spec }) => spec.etcd.managementType === "Managed",
  follows: [`ConfigMap/${ordersName}`],
  manifests: [discoveryService, clientService, startScript, statefulSet, disruptionBudget("etcd")],
};
