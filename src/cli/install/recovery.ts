import { objectsPermissions, recoveryPermissions, storePermissions } from "../../api/permissions.ts";
import { objectsAccount, recoveryAccount, storeAccount } from "../../api/recovery-account.ts";
import type { Resource } from "../../kube/resource.ts";
import { clusterRole } from "./cluster-role.ts";
import type { InstallFacts } from "./facts.ts";
import { serviceAccount } from "./service-account.ts";

/** What the jobs are that work on backups, and what they may do. */
export function recovery(facts: InstallFacts): Resource[] {
  const { namespace } = facts;
  return [
    serviceAccount(recoveryAccount, facts),
    ...clusterRole("hypershift-recovery", { name: recoveryAccount, namespace }, recoveryPermissions),
    serviceAccount(storeAccount, facts),
    ...clusterRole("hypershift-recovery-store", { name: storeAccount, namespace }, storePermissions),
    serviceAccount(objectsAccount, facts),
    ...clusterRole("hypershift-recovery-objects", { name: objectsAccount, namespace }, objectsPermissions),
  ];
}
