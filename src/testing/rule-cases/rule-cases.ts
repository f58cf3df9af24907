import { backupCases } from "./backup.ts";
import { backupLocationCases } from "./backup-location.ts";
import { certificateRevocationRequestCases } from "./certificate-revocation-request.ts";
import { configurationCases } from "./configuration.ts";
import { hcpEtcdBackupCases } from "./hcp-etcd-backup.ts";
import { hostedClusterCases } from "./hosted-cluster.ts";
import { nodePoolCases } from "./node-pool.ts";
import { platformCases } from "./platforms.ts";
import { restoreCases } from "./restore.ts";
import type { RuleCase } from "./rule-case.ts";
import { verificationCases } from "./verification.ts";

/** Every rule that the custom resources set beside their schema, with what it refuses and what it lets through. */
export const ruleCases: readonly RuleCase[] = [
  ...hostedClusterCases,
  ...platformCases,
  ...configurationCases,
  ...nodePoolCases,
  ...hcpEtcdBackupCases,
  ...certificateRevocationRequestCases,
  ...restoreCases,
  ...verificationCases,
  ...backupLocationCases,
  ...backupCases,
];
