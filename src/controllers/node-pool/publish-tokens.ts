import { type IndexEntry, ignitionStateLabel, indexEntry, tokenIndexName } from "../../ignition/token-index.ts";
import { nodePoolAnnotation } from "../../ignition/token-secret.ts";
import { ConfigMap, Role, RoleBinding } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { tokenSecretsOf } from "./ensure-tokens.ts";
import { type Pass, poolKey } from "./pass.ts";

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
  await kube.apply(tokenRole(pass, names));
  await kube.apply(tokenRoleBinding(pass));
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

/** So that watches show whether it is still as it was applied. */
function metadataOf(pass: Pass) {
  return {
    name: tokenRoleName(pass.pool.metadata?.name ?? ""),
    namespace: pass.namespace,
    labels: { [ignitionStateLabel]: "true" },
    annotations: { [nodePoolAnnotation]: poolKey(pass) },
  };
}

function tokenRole(pass: Pass, resourceNames: string[]): Role {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: metadataOf(pass),
    // A rule that names none would be about all of them.
    rules: resourceNames.length > 0 ? [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames }] : [],
  };
}

function tokenRoleBinding(pass: Pass): RoleBinding {
  const metadata = metadataOf(pass);
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: metadata.name },
    subjects: [{ kind: "ServiceAccount", name: "ignition-server", namespace: pass.namespace }],
  };
}
