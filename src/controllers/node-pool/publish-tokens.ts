import { type IndexEntry, ignitionStateLabel, indexEntry, tokenIndexName } from "../../ignition/token-index.ts";
import { ConfigMap, Role, RoleBinding } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { tokenSecretsOf } from "./ensure-tokens.ts";
import type { Pass } from "./pass.ts";

/** Tells the ignition server of the pool's tokens, and lets it read their Secrets and no others. */
export async function publishTokens(pass: Pass): Promise<void> {
  const { kube, pool, namespace } = pass;
  const name = pool.metadata?.name ?? "";
  const secrets = await tokenSecretsOf(pass);
  const entries = new Map<string, IndexEntry>();
  for (const secret of secrets) {
    const entry = indexEntry(secret);
    if (entry && secret.metadata?.name) entries.set(secret.metadata.name, entry);
  }
  const names = [...entries.keys()].sort();
  const data = Object.fromEntries(names.map((each) => [each, JSON.stringify(entries.get(each))]));
  const role = tokenRole(name, namespace, names);
  // Each is asked for: whoever made the Role may have died before the RoleBinding.
  const [present, binding] = await Promise.all([
    kube.get(Role, tokenRoleName(name), namespace),
    kube.get(RoleBinding, tokenRoleName(name), namespace),
  ]);
  if (JSON.stringify(present?.rules?.[0]?.resourceNames) !== JSON.stringify(names)) await kube.apply(role);
  if (!binding) await kube.apply(tokenRoleBinding(name, namespace));
  await kube.apply(tokenIndex(namespace, data), { fieldManager: indexManager(name) });
}

/** Takes the pool's tokens from the ignition server, and its right to read them. */
export async function unpublishTokens(kube: Kube, name: string, namespace: string): Promise<void> {
  if (await kube.get(ConfigMap, tokenIndexName, namespace)) {
    await kube.apply(tokenIndex(namespace, {}), { fieldManager: indexManager(name) });
  }
  await kube.delete(RoleBinding, tokenRoleName(name), namespace);
  await kube.delete(Role, tokenRoleName(name), namespace);
}

/** Each pool has its own part of the index: what it does not name any more goes, and other pools' parts stay. */
function indexManager(pool: string): string {
  return `node-pool-${pool}`;
}

function tokenIndex(namespace: string, data: Record<string, string>): ConfigMap {
  const labels = { [ignitionStateLabel]: "true" };
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: tokenIndexName, namespace, labels, ownerReferences: [] },
    data,
  };
}

function tokenRoleName(pool: string): string {
  return `ignition-server-${pool}`;
}

function tokenRole(pool: string, namespace: string, resourceNames: string[]): Role {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: tokenRoleName(pool), namespace },
    // A rule that names none would be about all of them.
    rules: resourceNames.length > 0 ? [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames }] : [],
  };
}

function tokenRoleBinding(pool: string, namespace: string): RoleBinding {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: tokenRoleName(pool), namespace },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: tokenRoleName(pool) },
    subjects: [{ kind: "ServiceAccount", name: "ignition-server", namespace }],
  };
}
