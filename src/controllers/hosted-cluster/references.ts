import type { HostedCluster } from "../../api/hosted-cluster.ts";
import { proxyTrustBundleName } from "../../guest/user-ca-bundle/component.ts";
import type { Kind } from "../../kube/kind.ts";
import { ConfigMap, Secret } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";

/** A Secret or ConfigMap of the cluster's namespace that the control plane needs a copy of. */
export interface Reference {
  kind: Kind<Resource & { data?: Record<string, string>; type?: string }>;
  /** The field that names it, for messages. */
  field: string;
  from: string;
  /** The copy's name in the control plane's namespace. */
  to: string;
  /** That name is ours (`copyNames`), whatever the user called the original. */
  isOwnName: boolean;
  /** Keys that must be in it. */
  keys: string[];
  optional?: boolean;
}

/** What the copies of well-known references are called in every control plane's namespace. */
export const copyNames = {
  pullSecret: "pull-secret",
  sshKey: "ssh-key",
  trustBundle: "user-ca-bundle",
  proxyTrustBundle: proxyTrustBundleName,
} as const;

/** The certificates that the operator was given, in every control plane's namespace. */
export const operatorBundleName = "operator-ca-bundle";

/** All Secrets and ConfigMaps that the cluster's spec names, each copy once. */
export function references(cluster: HostedCluster): Reference[] {
  const found = new Map<string, Reference>();
  for (const each of namedObjects(cluster)) {
    const key = `${each.kind.kind}/${each.to}`;
    // The first one stays: those under names of ours come before all others.
    if (!found.has(key)) found.set(key, each);
  }
  return [...found.values()];
}

/** The same, once per field. */
export function namedObjects({ spec }: HostedCluster): Reference[] {
  const found: Reference[] = [];
  const add = (kind: Reference["kind"], field: string, from: string | undefined, keys: string[] = [], to?: string) => {
    if (from) found.push({ kind, field: `spec.${field}`, from, to: to ?? from, keys, isOwnName: to !== undefined });
  };
  add(Secret, "pullSecret", spec.pullSecret?.name, [".dockerconfigjson"], copyNames.pullSecret);
  add(Secret, "sshKey", spec.sshKey?.name, ["id_rsa.pub"], copyNames.sshKey);
  add(ConfigMap, "additionalTrustBundle", spec.additionalTrustBundle?.name, ["ca-bundle.crt"], copyNames.trustBundle);
  add(Secret, "auditWebhook", spec.auditWebhook?.name, ["webhook-kubeconfig"]);
  add(Secret, "serviceAccountSigningKey", spec.serviceAccountSigningKey?.name, ["key"]);
  const { aescbc } = spec.secretEncryption ?? {};
  add(Secret, "secretEncryption.aescbc.activeKey", aescbc?.activeKey?.name, ["key"]);
  add(Secret, "secretEncryption.aescbc.backupKey", aescbc?.backupKey?.name, ["key"]);
  const etcd = spec.etcd?.unmanaged?.tls?.clientSecret?.name;
  add(Secret, "etcd.unmanaged.tls.clientSecret", etcd, ["etcd-client-ca.crt", "etcd-client.crt", "etcd-client.key"]);
  for (const { kind, field, name } of configurationReferences(spec.configuration)) {
    // Users of OpenShift call it user-ca-bundle, as it is called inside, which is not that of the nodes here.
    if (field === "proxy.trustedCA")
      add(kind, `configuration.${field}`, name, ["ca-bundle.crt"], copyNames.proxyTrustBundle);
    else add(kind, `configuration.${field}`, name);
  }
  return found;
}

/** Secrets have these field names in OpenShift's configuration types, ConfigMaps those. */
const secretFields = new Set([
  "servingCertificate",
  "clientSecret",
  "fileData",
  "bindPassword",
  "tlsClientCert",
  "tlsClientKey",
  "login",
  "providerSelection",
  "error",
]);
const configMapFields = new Set([
  "clientCA",
  "ca",
  "trustedCA",
  "oauthMetadata",
  "additionalTrustedCA",
  "certificateAuthority",
  "issuerCertificateAuthority",
]);

/** Finds `{name}` under the field names that hold references, wherever they are in the configuration. */
function configurationReferences(configuration: unknown): { kind: Reference["kind"]; field: string; name: string }[] {
  const found: { kind: Reference["kind"]; field: string; name: string }[] = [];
  const visit = (value: unknown, path: string) => {
    if (value === null || typeof value !== "object") return;
    for (const [key, inner] of Object.entries(value)) {
      const field = path ? `${path}.${key}` : key;
      const name = (inner as { name?: unknown } | null)?.name;
      if (typeof name === "string" && name !== "" && !Array.isArray(value)) {
        if (secretFields.has(key)) found.push({ kind: Secret, field, name });
        else if (configMapFields.has(key)) found.push({ kind: ConfigMap, field, name });
      }
      visit(inner, field);
    }
  };
  visit(configuration, "");
  return found;
}
