import type { Controller } from "../kube/controller.ts";
import { agentClusterController } from "./agent-cluster/controller.ts";
import { agentMachineController } from "./agent-machine/controller.ts";
import { type BackupOptions, backupController } from "./backup/controller.ts";
import { backupLocationController } from "./backup-location/controller.ts";
import { backupScheduleController } from "./backup-schedule/controller.ts";
import { breakGlassController } from "./break-glass/controller.ts";
import { type ChangeShippingOptions, changeShippingController } from "./change-shipping/controller.ts";
import { drillController } from "./drill/controller.ts";
import type { DrillOptions } from "./drill/operation.ts";
import { etcdBackupController } from "./etcd-backup/controller.ts";
import { hostedClusterController } from "./hosted-cluster/hosted-cluster-controller.ts";
import type { Options } from "./hosted-cluster/options.ts";
import { infraEnvController } from "./infra-env/controller.ts";
import { type NetworkPolicyOptions, networkPolicyController } from "./network-policy/controller.ts";
import { nodePoolController } from "./node-pool/controller.ts";
import { restoreController } from "./restore/controller.ts";

// biome-ignore lint/suspicious/noExplicitAny: controllers of different kinds; each is used with its own only.
type AnyController = Controller<any>;

/** Everything the operator does, as a list of loops. */
export function operatorControllers(
  options: Options & NetworkPolicyOptions & BackupOptions & ChangeShippingOptions & DrillOptions,
): AnyController[] {
  return [
    hostedClusterController(options),
    networkPolicyController(options),
    nodePoolController(options),
    infraEnvController(options),
    agentMachineController(options),
    agentClusterController(),
    breakGlassController(),
    backupLocationController(options),
    backupController(options),
    backupScheduleController(),
    changeShippingController(options),
    restoreController(options),
    drillController(options),
    etcdBackupController(options),
  ];
}
