import { recoveryPermissions } from "../../api/permissions.ts";
import { recoveryAccount as name } from "../../api/recovery-account.ts";
import type { Resource } from "../../kube/resource.ts";
import { clusterRole } from "./cluster-role.ts";
import type { InstallFacts } from "./facts.ts";
import { serviceAccount } from "./service-account.ts";

/** What the jobs are that work on backups, and what they may do. */
export function recovery(facts: InstallFacts): Resource[] {
  return [
    serviceAccount(name, facts),
    ...clusterRole("hypershift-recovery", { name, namespace: facts.namespace }, recoveryPermissions),
  ];
}
