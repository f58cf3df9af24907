import { randomInt } from "node:crypto";
import type { ConfigMap, Secret } from "../kube/kinds.ts";
import { textOf } from "../kube/text-of.ts";
import {
  createAuthority,
  createSigningKey,
  endOf,
  fingerprintOf,
  fingerprintOfKey,
  isIssuedBy,
  isPair,
  issue,
  type KeyPair,
  type Lifetime,
  publicKeyOf,
  reasonToReissue,
  usualLifetime,
} from "../pki/certificate.ts";
import { certificatesIn } from "../pki/certificates-in.ts";
import { kubeconfig, kubeconfigJson, kubeconfigWithFiles } from "../pki/kubeconfig.ts";
import { spreadRenewal } from "../pki/spread-renewal.ts";
import { awaitedBy } from "./awaited-by.ts";
import {
  bundles,
  isBreakGlass,
  isTrustedOutside,
  type Leaf,
  leaves,
  longestLife,
  publishedLabel,
  type Signer,
  signerMs,
  signers,
} from "./certificates.ts";
import type { ControlPlane } from "./control-plane.ts";
import {
  rotateAnnotation,
  rotated,
  type SignerState,
  signerAnnotations,
  signerOf,
  signerTexts,
  trustedCertificates,
  usualTrustFirstMs,
} from "./signer.ts";
import { type PresentSigner, type SignerHistory, type SignerProblem, signerProblem } from "./signer-problem.ts";

export interface Keys {
  secrets: Secret[];
  configMaps: ConfigMap[];
  /** What was made or signed again in this pass and why, for the log. */
  made: { secret: string; reason: string }[];
  /** Signers that are missing or not the right ones: nothing is made in their place, nor signed, nor written over. */
  problems: SignerProblem[];
  /**
   * What the durable record is to say of the signers and the service account key. Nothing while there is none and one
   * of them has a problem: a record that does not name it would say that there never was one.
   */
  record?: Record<string, { fingerprints: string[] }>;
}

/** What decides about keys besides the control plane itself and what is there. */
export interface KeysOptions {
  history?: SignerHistory;
  lifetime?: Lifetime;
  /**
   * The programs that do not run with the files that they are to have; nothing where that is not known. A signer's
   * successor signs only where none that it has to wait for is among them.
   */
  behind?: readonly string[];
  /** How long a signer's successor is trusted before it signs. */
  trustFirstMs?: number;
  /**
   * Only certificates that are there are signed again, and no signer is made. One makes way only where it ends soon, and
   * where the record, which its successor has to be in, is there.
   */
  renewOnly?: boolean;
}

/** Tells Secrets with keys from what components render: they are never pruned. */
export const keysLabel = { "hypershift.openshift.io/control-plane-keys": "true" };

/** The Secret with the key that service accounts' tokens are signed with. */
const tokenKey = "service-account-signing-key";

type Facts = Pick<ControlPlane, "name" | "namespace" | "spec" | "endpoints"> & {
  /** The user's own authority for clients of the API (PEM), from `spec.configuration.apiServer.clientCA`. */
  clientAuthority?: string;
};

/**
 * The Secrets and ConfigMaps with every key, certificate and kubeconfig of a control plane: those that are there as
 * they are, the missing ones made, certificates signed again where they have to be. The private key of a leaf is never
 * replaced. A signer that was there once is never made anew: what trusted it trusts no other.
 */
export function keys(plane: Facts, present: readonly Secret[], now: Date, options: KeysOptions = {}): Keys {
  const { history = { established: false }, lifetime = usualLifetime } = options;
  const known = new Map(present.map((secret) => [secret.metadata?.name ?? "", secret]));
  const made: Keys["made"] = [];
  const problems: SignerProblem[] = [];
  const record: NonNullable<Keys["record"]> = {};
  const { namespace } = plane;
  const all = leaves(plane);
  const secretOf = (name: string, texts: Record<string, string>, more: SecretDetails = {}): Secret => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      namespace,
      labels: { ...keysLabel, ...more.labels },
      ...(more.annotations && { annotations: more.annotations }),
    },
    ...(more.type && { type: more.type }),
    data: Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString("base64")])),
  });

  const states = new Map<Signer, SignerState>();
  for (const name of signers) {
    const secret = known.get(name);
    const found = presentSigner(name, namespace, secret, all, known);
    const problem = signerProblem(found, history);
    if (problem) {
      problems.push(problem);
      const { fingerprints } = history.record?.[name] ?? {};
      if (fingerprints) record[name] = { fingerprints };
      continue;
    }
    if (found.defect && options.renewOnly) continue;
    if (found.defect) made.push({ secret: name, reason: "there is none yet" });
    const current = found.defect ? createAuthority(name, now, signerMs(name)) : pairOf(secret, "ca");
    let state = signerOf(found.defect ? undefined : secret, current as KeyPair);
    const step =
      (!options.renewOnly || history.record !== undefined) &&
      rotated(name, state, {
        now,
        longestMs: longestLife(name, lifetime),
        lifeMs: signerMs(name),
        bridges: isTrustedOutside(name),
        wish: options.renewOnly ? undefined : secret?.metadata?.annotations?.[rotateAnnotation],
        onlyUrgent: options.renewOnly === true,
        // Whoever rotates a signer for emergencies wants what it signed to be refused.
        wishRevokes: isBreakGlass(name),
        recorded: history.record?.[name]?.fingerprints ?? [],
        upToDate: options.behind !== undefined && awaitedBy(name, options.behind).length === 0,
        // Who wants certificates of minutes does not want rotations of longer.
        trustFirstMs: options.trustFirstMs ?? Math.min(usualTrustFirstMs, lifetime.leafMs / 4),
        dropAfterMs: longestLife(name, lifetime),
      });
    if (step) {
      made.push({ secret: name, reason: step.reason });
      state = step.signer;
    }
    states.set(name, state);
    record[name] = { fingerprints: fingerprintsOf(state) };
  }
  const bundle = (name: Signer) => {
    const state = states.get(name);
    return state && trustedCertificates(state).join("");
  };

  function leafSecret(leaf: Leaf): Secret[] {
    const { secret, signer, profile } = leaf;
    const { current: authority, bridges = [] } = states.get(signer) ?? {};
    // A client checks the server that it calls, whoever signed its own certificate.
    const others = bundle(leaf.kubeconfig ? "root-ca" : signer);
    // Without them it stays as it is.
    if (!authority || !others) return [];
    const old = known.get(secret);
    const pair = pairOf(old, "tls");
    const life = spreadRenewal(secret, shorter(leaf.lifetime, lifetime));
    const reason = reasonToReissue(pair, profile, authority, now, life);
    if (reason) made.push({ secret, reason });
    const { certificate, key } = reason ? issue(profile, authority, now, readable(pair.key), life) : (pair as KeyPair);
    const [own = certificate] = certificatesIn(certificate);
    const chain = [own, ...bridges.filter((each) => endOf(each) > now)].join("");
    const texts = { "tls.crt": chain, "tls.key": key, "ca.crt": others };
    if (!leaf.kubeconfig) return [secretOf(secret, texts, leaf)];
    const { key: field, server, forPeople, withFiles } = leaf.kubeconfig;
    const user = profile.commonName.replace(/^system:/, "");
    const write = withFiles ? kubeconfigWithFiles : forPeople ? kubeconfig : kubeconfigJson;
    const config = write({ cluster: plane.name, user, server, authority: others, certificate, key });
    return [secretOf(secret, { ...texts, [field]: config }, leaf)];
  }

  const tokens = signingKey(plane, known, history);
  if ("texts" in tokens) record[tokenKey] = { fingerprints: [tokens.fingerprint] };
  else {
    if (tokens.problem) problems.push(tokens.problem);
    const { fingerprints } = history.record?.[tokenKey] ?? {};
    if (fingerprints) record[tokenKey] = { fingerprints };
  }
  const secrets = [
    ...[...states].map(([name, state]) =>
      secretOf(name, signerTexts(state), { annotations: signerAnnotations(state) }),
    ),
    ...all.flatMap(leafSecret),
    ...("texts" in tokens ? [secretOf(tokenKey, tokens.texts)] : []),
    ...(hasIdentityProviders(plane)
      ? []
      : [
          secretOf(
            "kubeadmin-password",
            { password: textOf(known.get("kubeadmin-password"), "password") ?? newPassword() },
            { labels: publishedLabel },
          ),
        ]),
  ];
  const more = (name: string) => (name === "client-ca" && plane.clientAuthority ? [plane.clientAuthority] : []);
  const configMaps = Object.entries(bundles).flatMap(([name, members]): ConfigMap[] => {
    const texts = members.flatMap((member) => bundle(member) ?? []);
    // One that lacks a member would shut out what that member signed.
    if (texts.length < members.length) return [];
    const data = { "ca.crt": [...texts, ...more(name)].join("") };
    return [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, labels: keysLabel }, data }];
  });
  const isWhole = history.record !== undefined || problems.length === 0;
  return { secrets, configMaps, made, problems, ...(isWhole && { record }) };
}

/** True for what is never made anew, and outlives the HostedControlPlane: signers, the token key, the password. */
export function isMadeOnce(secret: string): boolean {
  return (signers as readonly string[]).includes(secret) || [tokenKey, "kubeadmin-password"].includes(secret);
}

interface SecretDetails {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  type?: string;
}

function pairOf(secret: Secret | undefined, name: "ca" | "tls"): Partial<KeyPair> {
  return { certificate: textOf(secret, `${name}.crt`), key: textOf(secret, `${name}.key`) };
}

function presentSigner(
  name: Signer,
  namespace: string,
  secret: Secret | undefined,
  all: readonly Leaf[],
  known: ReadonlyMap<string, Secret>,
): PresentSigner {
  const pair = pairOf(secret, "ca");
  const whole = isPair(pair) ? pair : undefined;
  const signed = all.flatMap((leaf) => {
    const certificate = leaf.signer === name ? textOf(known.get(leaf.secret), "tls.crt") : undefined;
    return certificate ? [{ secret: leaf.secret, certificate }] : [];
  });
  const isStranger = ({ certificate }: { certificate: string }) => !isIssuedBy(certificate, whole?.certificate ?? "");
  return {
    secret: name,
    namespace,
    defect: whole ? undefined : secret ? "its ca.crt and ca.key are not a pair" : "it is not there",
    fingerprint: whole && fingerprintOf(whole.certificate),
    strangers: whole ? signed.filter(isStranger).map((each) => each.secret) : [],
    hasSigned: signed.length > 0,
    // A control plane from before there were emergencies has all other signers.
    isRecorded: isBreakGlass(name) && known.has("root-ca"),
  };
}

/** What is there first, the present one; then what is trusted besides. */
function fingerprintsOf(state: SignerState): string[] {
  const present = fingerprintOf(state.current.certificate);
  return [
    present,
    ...trustedCertificates(state)
      .map(fingerprintOf)
      .filter((each) => each !== present),
  ];
}

function shorter(own: Lifetime | undefined, common: Lifetime): Lifetime {
  return own && own.leafMs < common.leafMs ? own : common;
}

function readable(key: string | undefined): string | undefined {
  try {
    return key && publicKeyOf(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

interface SigningKey {
  texts: Record<string, string>;
  fingerprint: string;
}

/** The user's own key where the spec names one, else one that is made once; or why there is none. */
function signingKey(
  { spec, namespace }: Pick<ControlPlane, "spec" | "namespace">,
  known: Map<string, Secret>,
  history: SignerHistory,
): SigningKey | { problem?: SignerProblem } {
  const own = spec.serviceAccountSigningKey?.name;
  if (own) {
    const key = readable(textOf(known.get(own), "key"));
    // That it is missing is said of the configuration.
    return key ? signingKeyOf(key) : {};
  }
  const secret = known.get(tokenKey);
  const key = readable(textOf(secret, "service-account.key"));
  const problem = signerProblem(
    {
      secret: tokenKey,
      namespace,
      defect: key ? undefined : secret ? "it has no service-account.key that can be read" : "it is not there",
      fingerprint: key && fingerprintOfKey(publicKeyOf(key)),
      strangers: [],
      hasSigned: false,
      isRecorded: false,
    },
    history,
  );
  return problem ? { problem } : signingKeyOf(key ?? createSigningKey().key);
}

function signingKeyOf(key: string): SigningKey {
  const publicKey = publicKeyOf(key);
  const texts = { "service-account.key": key, "service-account.pub": publicKey };
  return { texts, fingerprint: fingerprintOfKey(publicKey) };
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
