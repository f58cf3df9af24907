import type { Controller } from "../kube/controller.ts";
import { agentClusterController } from "./agent-cluster/controller.ts";
import { agentMachineController } from "./agent-machine/controller.ts";
import { backupLocationController } from "./backup-location/controller.ts";
import { breakGlassController } from "./break-glass/controller.ts";
import { hostedClusterController } from "./hosted-cluster/hosted-cluster-controller.ts";
import type { Options } from "./hosted-cluster/options.ts";
import { infraEnvController } from "./infra-env/controller.ts";
import { type NetworkPolicyOptions, networkPolicyController } from "./network-policy/controller.ts";
import { nodePoolController } from "./node-pool/controller.ts";
import type { RecoveryOptions } from "./recovery-options.ts";

// biome-ignore lint/suspicious/noExplicitAny: controllers of different kinds; each is used with its own only.
type AnyController = Controller<any>;

/** Everything the operator does, as a list of loops. */
export function operatorControllers(options: Options & NetworkPolicyOptions & RecoveryOptions): AnyController[] {
  return [
    hostedClusterController(options),
    networkPolicyController(options),
    nodePoolController(options),
    infraEnvController(options),
    agentMachineController(options),
    agentClusterController(),
    breakGlassController(),
    backupLocationController(options),
  ];
}
