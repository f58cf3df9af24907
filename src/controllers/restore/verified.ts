import { Verification } from "../../api/verification.ts";
import { isAlreadyExists } from "../../kube/api-error.ts";
import { findCondition } from "../../kube/conditions.ts";
import { joinChecks } from "../../recovery/checks/join-checks.ts";
import { Failed, idOf, type Told } from "./operation.ts";

/** Has the cluster verified, once for each name; says what is still to come, and throws what was found where a check failed. */
export async function verified(told: Told, what: string, spec: Verification["spec"]): Promise<string | undefined> {
  const { kube, plane, restore } = told;
  const namespace = plane?.metadata?.namespace;
  if (!namespace) throw new Failed("The control plane is gone");
  const name = `${what}-${idOf(told)}`;
  const found = await kube.get(Verification, name, namespace, { live: true });
  if (!found) {
    const { apiVersion, kind } = Verification;
    const asked = { apiVersion, kind, metadata: { name, namespace }, spec };
    await kube.create<Verification>(asked).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
    return "The checks have not begun yet";
  }
  const { checks, completedAt, conditions } = found.status ?? {};
  if (checks) restore.status = { ...restore.status, checks: joinChecks(restore.status?.checks ?? [], checks) };
  if (!completedAt) return findCondition(conditions, "Reconciling")?.message ?? "The checks are run";
  const succeeded = findCondition(conditions, "Succeeded");
  if (succeeded?.status !== "True") throw new Failed(succeeded?.message ?? "The checks failed");
  return undefined;
}
