import type { Static } from "typebox";
import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { hcpEtcdBackupSpec, hcpEtcdBackupStatus } from "./schema/hcp-etcd-backup.ts";

/** One backup of a hosted cluster's etcd. */
export type HCPEtcdBackup = Resource & {
  spec: Static<typeof hcpEtcdBackupSpec>;
  status?: Static<typeof hcpEtcdBackupStatus>;
};
export const HCPEtcdBackup = kind<HCPEtcdBackup>("hypershift.openshift.io/v1beta1", "HCPEtcdBackup", "hcpetcdbackups");
