import { parseCidr } from "../../api/cidr.ts";
import type { EncryptionKey } from "../../control-plane/control-plane.ts";
import { published, strategyOf } from "../../control-plane/endpoints.ts";
import { snapshotURL } from "../../control-plane/etcd/orders.ts";
import { keyName } from "../../control-plane/kube-apiserver/key-name.ts";
import { Stalled, wait } from "../../kube/controller.ts";
import type { Pass, PlaneStep } from "./pass.ts";
import { state } from "./pass.ts";

/**
 * Finds out whether the configuration can be carried out: ValidHostedControlPlaneConfiguration. Where only the spec's
 * author can help, nothing more is done until it changes; where a Secret is missing, until it is there.
 */
export const checkSpec: PlaneStep = (pass) => {
  const problem = specProblem(pass);
  const missing = problem ? undefined : missingSecret(pass);
  const message = problem ?? missing;
  state(pass, {
    type: "ValidHostedControlPlaneConfiguration",
    status: message ? "False" : "True",
    reason: message ? "InvalidConfiguration" : "AsExpected",
    message: message ?? "The configuration can be carried out",
  });
  if (problem) throw new Stalled("InvalidConfiguration", problem);
  if (missing) return wait("InvalidConfiguration", missing, 60_000);
  pass.encryption = encryption(pass);
};

/** What is wrong with the spec itself. */
function specProblem({ hcp: { spec }, routes }: Pass): string | undefined {
  for (const { service } of published) {
    const strategy = strategyOf(spec, service);
    if (!strategy) return `spec.services does not say how ${service} is published; add it`;
    if (strategy.type === "S3") {
      return `${service} cannot be published with type ${strategy.type}; use LoadBalancer or NodePort`;
    }
    if (strategy.type === "Route" && !routes) {
      return `${service} is to be published as a Route, and the management cluster serves none (route.openshift.io); use LoadBalancer or NodePort`;
    }
  }
  for (const { cidr } of [...(spec.networking?.serviceNetwork ?? []), ...(spec.networking?.clusterNetwork ?? [])]) {
    if (!parseCidr(cidr)) return `"${cidr}" in spec.networking is not a network; write one such as 10.132.0.0/14`;
  }
  const url = snapshotURL({ spec });
  if (url !== undefined && !/^https:\/\/[^\s"\\]+$/.test(url)) {
    const found = url.startsWith("s3://") ? "is an address that only those with credentials can read" : "is no address";
    return `spec.etcd.managed.storage.restoreSnapshotURL ${found}, and cannot be changed; delete the HostedCluster and create it again with a presigned https:// address`;
  }
  if (spec.secretEncryption?.type === "kms") {
    return "Secrets cannot be encrypted with a key management service yet; use spec.secretEncryption.type aescbc";
  }
}

/** Which Secret that the spec names is not there or not of use. */
function missingSecret({ hcp: { spec }, secrets }: Pass): string | undefined {
  const named = (name: string) => secrets.find(({ metadata }) => metadata?.name === name);
  const wanted: { name?: string; keys: string[]; field: string }[] = [
    { name: spec.pullSecret.name, keys: [".dockerconfigjson"], field: "pullSecret" },
    { name: spec.secretEncryption?.aescbc?.activeKey?.name, keys: ["key"], field: "secretEncryption.aescbc.activeKey" },
    { name: spec.secretEncryption?.aescbc?.backupKey?.name, keys: ["key"], field: "secretEncryption.aescbc.backupKey" },
    { name: spec.serviceAccountSigningKey?.name, keys: ["key"], field: "serviceAccountSigningKey" },
    { name: spec.auditWebhook?.name, keys: ["webhook-kubeconfig"], field: "auditWebhook" },
    {
      name: spec.etcd.unmanaged?.tls.clientSecret?.name,
      keys: ["etcd-client.crt", "etcd-client.key", "etcd-client-ca.crt"],
      field: "etcd.unmanaged.tls.clientSecret",
    },
  ];
  for (const { name, keys, field } of wanted) {
    if (!name) continue;
    const secret = named(name);
    if (!secret)
      return `The Secret ${name} (spec.${field}) does not exist; create it in the namespace of the HostedCluster`;
    const absent = keys.find((key) => secret.data?.[key] === undefined);
    if (absent) return `The Secret ${name} (spec.${field}) has no key ${absent}; add it`;
  }
  for (const reference of [spec.secretEncryption?.aescbc?.activeKey, spec.secretEncryption?.aescbc?.backupKey]) {
    const key = reference?.name && named(reference.name)?.data?.key;
    const length = key ? Buffer.from(key, "base64").length : 32;
    if (![16, 24, 32].includes(length)) {
      return `The key in the Secret ${reference?.name} is ${length} bytes long; AES takes 16, 24 or 32`;
    }
  }
}

function encryption({ hcp: { spec }, secrets }: Pass): Pass["encryption"] {
  const { activeKey, backupKey } = spec.secretEncryption?.aescbc ?? {};
  const keyOf = (name: string | undefined): EncryptionKey | undefined => {
    const secret = name && secrets.find(({ metadata }) => metadata?.name === name)?.data?.key;
    return secret ? { name: keyName(secret), secret } : undefined;
  };
  const active = keyOf(activeKey?.name);
  return active && { active, backup: keyOf(backupKey?.name) };
}
