import { randomInt } from "node:crypto";
import type { ConfigMap, Secret } from "../kube/kinds.ts";
import {
  createAuthority,
  createSigningKey,
  issue,
  type KeyPair,
  publicKeyOf,
  reasonToReissue,
} from "../pki/certificate.ts";
import { kubeconfig, kubeconfigJson } from "../pki/kubeconfig.ts";
import { bundles, type Leaf, leaves, type Signer, signers } from "./certificates.ts";
import type { ControlPlane } from "./control-plane.ts";

export interface Keys {
  secrets: Secret[];
  configMaps: ConfigMap[];
  /** What was made or signed again in this pass and why, for the log. */
  made: { secret: string; reason: string }[];
}

/** Tells Secrets with keys from what components render: they are never pruned. */
export const keysLabel = { "hypershift.openshift.io/control-plane-keys": "true" };

type Facts = Pick<ControlPlane, "name" | "namespace" | "spec" | "endpoints"> & {
  /** The user's own authority for clients of the API (PEM), from `spec.configuration.apiServer.clientCA`. */
  clientAuthority?: string;
};

/**
 * The Secrets and ConfigMaps with every key, certificate and kubeconfig of a control plane: those that are there as
 * they are, the missing ones made, certificates signed again where they have to be. A private key is never replaced.
 */
export function keys(plane: Facts, present: readonly Secret[], now: Date): Keys {
  const known = new Map(present.map((secret) => [secret.metadata?.name ?? "", secret]));
  const made: Keys["made"] = [];
  const { namespace } = plane;
  const secretOf = (name: string, texts: Record<string, string>, more: Partial<Leaf> = {}): Secret => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace, labels: { ...keysLabel, ...more.labels } },
    ...(more.type && { type: more.type }),
    data: Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString("base64")])),
  });

  const authorities = new Map<Signer, KeyPair>();
  for (const name of signers) {
    const old = known.get(name);
    const pair = { certificate: textOf(old, "ca.crt"), key: textOf(old, "ca.key") };
    if (!pair.certificate || !pair.key) made.push({ secret: name, reason: "there is none yet" });
    authorities.set(name, pair.certificate && pair.key ? (pair as KeyPair) : createAuthority(name, now));
  }
  const authority = (name: Signer) => authorities.get(name) as KeyPair;
  const root = authority("root-ca").certificate;

  function leafSecret(leaf: Leaf): Secret {
    const { secret, signer, profile } = leaf;
    const old = known.get(secret);
    const pair = { certificate: textOf(old, "tls.crt"), key: textOf(old, "tls.key") };
    const reason = reasonToReissue(pair as Partial<KeyPair>, profile, authority(signer), now);
    if (reason) made.push({ secret, reason });
    const { certificate, key } = reason
      ? issue(profile, authority(signer), now, readable(pair.key))
      : (pair as KeyPair);
    // A client checks the server that it calls, whoever signed its own certificate.
    const others = leaf.kubeconfig ? root : authority(signer).certificate;
    const texts = { "tls.crt": certificate, "tls.key": key, "ca.crt": others };
    if (!leaf.kubeconfig) return secretOf(secret, texts, leaf);
    const { key: field, server, forPeople } = leaf.kubeconfig;
    const user = profile.commonName.replace(/^system:/, "");
    const write = forPeople ? kubeconfig : kubeconfigJson;
    const config = write({ cluster: plane.name, user, server, authority: root, certificate, key });
    return secretOf(secret, { ...texts, [field]: config }, leaf);
  }

  const secrets = [
    ...signers.map((name) => secretOf(name, { "ca.crt": authority(name).certificate, "ca.key": authority(name).key })),
    ...leaves(plane).map(leafSecret),
    secretOf("service-account-signing-key", signingKey(plane, known)),
    ...(hasIdentityProviders(plane)
      ? []
      : [
          secretOf("kubeadmin-password", {
            password: textOf(known.get("kubeadmin-password"), "password") ?? newPassword(),
          }),
        ]),
  ];
  const more = (bundle: string) => (bundle === "client-ca" && plane.clientAuthority ? [plane.clientAuthority] : []);
  const configMaps = Object.entries(bundles).map(
    ([name, members]): ConfigMap => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace, labels: keysLabel },
      data: { "ca.crt": [...members.map((member) => authority(member).certificate), ...more(name)].join("") },
    }),
  );
  return { secrets, configMaps, made };
}

/** True for what is never made anew: signers, the key of service accounts' tokens, the password. */
export function isMadeOnce(secret: string): boolean {
  return (
    (signers as readonly string[]).includes(secret) ||
    ["service-account-signing-key", "kubeadmin-password"].includes(secret)
  );
}

/** The text of one key of a Secret. */
export function textOf(secret: Secret | undefined, key: string): string | undefined {
  const data = secret?.data?.[key];
  return data === undefined ? undefined : Buffer.from(data, "base64").toString();
}

function readable(key: string | undefined): string | undefined {
  try {
    return key && publicKeyOf(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The user's own key where the spec names one, else one that is made once. */
function signingKey({ spec }: Pick<ControlPlane, "spec">, known: Map<string, Secret>): Record<string, string> {
  const own = spec.serviceAccountSigningKey?.name && textOf(known.get(spec.serviceAccountSigningKey.name), "key");
  const key = own || textOf(known.get("service-account-signing-key"), "service-account.key");
  const pair = key ? { key, publicKey: publicKeyOf(key) } : createSigningKey();
  return { "service-account.key": pair.key, "service-account.pub": pair.publicKey };
}

function hasIdentityProviders({ spec }: Pick<ControlPlane, "spec">): boolean {
  return (spec.configuration?.oauth?.identityProviders?.length ?? 0) > 0;
}

/** Twenty characters that are not mistaken for each other, in groups of five. */
function newPassword(): string {
  const alphabet = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  const letter = () => alphabet[randomInt(alphabet.length)];
  return Array.from({ length: 4 }, () => Array.from({ length: 5 }, letter).join("")).join("-");
}
