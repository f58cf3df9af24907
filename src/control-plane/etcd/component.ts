import type { Component } from "../component.ts";
import { disruptionBudget } from "../disruption-budget.ts";
import { clientService, discoveryService } from "./services.ts";
import { statefulSet } from "./stateful-set.ts";

/** What a hosted cluster remembers. Not there where the user brings an etcd. */
export const etcd: Component = {
  name: "etcd",
  needs: [],
  priority: "etcd",
  isNeeded: ({ spec }) => spec.etcd.managementType === "Managed",
  manifests: [discoveryService, clientService, statefulSet, disruptionBudget("etcd")],
};
