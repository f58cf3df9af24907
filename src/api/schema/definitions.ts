import { agentDefinition } from "./agent.ts";
import { agentClusterDefinition } from "./agent-cluster.ts";
import { agentMachineDefinition } from "./agent-machine.ts";
import { agentMachineTemplateDefinition } from "./agent-machine-template.ts";
import { backupDefinition } from "./backup.ts";
import { backupLocationDefinition } from "./backup-location.ts";
import { backupScheduleDefinition } from "./backup-schedule.ts";
import { certificateRevocationRequestDefinition } from "./certificate-revocation-request.ts";
import { certificateSigningRequestApprovalDefinition } from "./certificate-signing-request-approval.ts";
import { controlPlaneComponentDefinition } from "./control-plane-component.ts";
import type { Definition } from "./definition.ts";
import { drillDefinition } from "./drill.ts";
import { hcpEtcdBackupDefinition } from "./hcp-etcd-backup.ts";
import { hostedClusterDefinition } from "./hosted-cluster.ts";
import { hostedControlPlaneDefinition } from "./hosted-control-plane.ts";
import { infraEnvDefinition } from "./infra-env.ts";
import { nodePoolDefinition } from "./node-pool.ts";
import { restoreDefinition } from "./restore.ts";
import { verificationDefinition } from "./verification.ts";

/** Every kind that Roost defines on the management cluster. */
export const definitions: readonly Definition[] = [
  hostedClusterDefinition,
  nodePoolDefinition,
  hostedControlPlaneDefinition,
  controlPlaneComponentDefinition,
  hcpEtcdBackupDefinition,
  certificateSigningRequestApprovalDefinition,
  certificateRevocationRequestDefinition,
  infraEnvDefinition,
  agentDefinition,
  agentClusterDefinition,
  agentMachineDefinition,
  agentMachineTemplateDefinition,
  restoreDefinition,
  drillDefinition,
  verificationDefinition,
  backupLocationDefinition,
  backupDefinition,
  backupScheduleDefinition,
];
