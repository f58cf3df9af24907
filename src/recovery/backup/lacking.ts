import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import { durableRecordName } from "../../api/durable-record-name.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { encryptionName } from "../../control-plane/kube-apiserver/files.ts";
import type { ConfigMap, Secret } from "../../kube/kinds.ts";
import { textOf } from "../../kube/text-of.ts";
import { fingerprintOf, fingerprintOfKey, isPair, publicKeyOf } from "../../pki/certificate.ts";
import type { Recorded } from "./recorded.ts";

/**
 * What a restored cluster could not go on without and is not among a backup's objects, a sentence each: the
 * HostedControlPlane, the durable record, each signer that it names, and the keys that etcd is encrypted with.
 */
export function lacking(objects: readonly Recorded[]): string[] {
  const find = (kind: string, namespace: string | undefined, name: string) =>
    objects.find(({ facts }) => facts.kind === kind && facts.namespace === namespace && facts.name === name)?.object;
  const cluster = objects.find(({ facts }) => facts.kind === HostedCluster.kind)?.object as HostedCluster | undefined;
  if (!cluster) return ["the HostedCluster is not among the objects"];
  const { name = "", namespace } = cluster.metadata ?? {};
  const plane = controlPlaneNamespace(cluster);
  const problems: string[] = [];
  if (!find(HostedControlPlane.kind, plane, name)) problems.push(missing(HostedControlPlane.kind, plane, name));

  const { secretEncryption, serviceAccountSigningKey } = cluster.spec;
  const encryption = find("Secret", plane, encryptionName) as Secret | undefined;
  if (secretEncryption?.type === "aescbc" && !textOf(encryption, "encryption.json")?.includes('"aescbc"')) {
    problems.push(
      `the Secret ${plane}/${encryptionName} with the keys that etcd is encrypted with is not there or empty`,
    );
  }

  const record = find("ConfigMap", plane, durableRecordName) as ConfigMap | undefined;
  const signers = record?.data?.signers;
  if (!signers) return [...problems, `the ConfigMap ${plane}/${durableRecordName} is not there or names no signers`];
  for (const [signer, { fingerprints }] of Object.entries(JSON.parse(signers) as Signers)) {
    // A key of the user's own lies beside the HostedCluster, and the record follows it.
    const own = signer === "service-account-signing-key" ? serviceAccountSigningKey?.name : undefined;
    const where = [own ? namespace : plane, own ?? signer] as const;
    const secret = find("Secret", ...where) as Secret | undefined;
    const found = secret && fingerprintIn(secret);
    if (!secret) problems.push(missing("Secret", ...where));
    else if (!found) problems.push(`the Secret ${where.join("/")} holds no key that can be read`);
    else if (!own && !fingerprints.includes(found)) {
      problems.push(`the Secret ${where.join("/")} holds another key than the durable record names`);
    }
  }
  return problems;
}

type Signers = Record<string, { fingerprints: string[] }>;

const missing = (kind: string, namespace: string | undefined, name: string) =>
  `the ${kind} ${namespace}/${name} is not there`;

/** Of what a signer's Secret, or one with the key of service accounts' tokens, says it is; it has to have the key, too. */
function fingerprintIn(secret: Secret): string | undefined {
  try {
    const key = textOf(secret, "service-account.key") ?? textOf(secret, "key");
    if (key) return fingerprintOfKey(publicKeyOf(key));
    const pair = { certificate: textOf(secret, "ca.crt") ?? "", key: textOf(secret, "ca.key") ?? "" };
    return isPair(pair) ? fingerprintOf(pair.certificate) : undefined;
  } catch {
    return undefined;
  }
}
