import type { Controller } from "../kube/controller.ts";
import { hostedClusterController } from "./hosted-cluster/hosted-cluster-controller.ts";
import type { Options } from "./hosted-cluster/options.ts";

/** Everything the operator does, as a list of loops. */
// biome-ignore lint/suspicious/noExplicitAny: controllers of different kinds; each is used with its own only.
export function operatorControllers(options: Options): Controller<any>[] {
  return [hostedClusterController(options)];
}
