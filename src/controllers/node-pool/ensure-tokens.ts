import { randomUUID } from "node:crypto";
import { ignitionReportsName } from "../../ignition/token-index.ts";
import {
  expirationAnnotation,
  generationTimeAnnotation,
  nodePoolAnnotation,
  type TokenSecretContent,
  tokenSecretContent,
  tokenSecretData,
  tokenSecretLabel,
} from "../../ignition/token-secret.ts";
import { userData } from "../../ignition/user-data.ts";
import { ConfigMap, Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { type Pass, poolKey } from "./pass.ts";

/** After this long a token is replaced; the old one stays good until the next time. */
const rotateAfterMs = 5.5 * 3_600_000;
/** How long machines that are on their way may still fetch a configuration that is out of date. */
const outdatedLifeMs = 2 * 3_600_000;

export function tokenSecretName(pool: string, hash: string): string {
  return `token-${pool}-${hash}`;
}
export function userDataSecretName(pool: string, hash: string): string {
  return `user-data-${pool}-${hash}`;
}

/** Makes the token that machines fetch the present configuration with, and the user data that holds it. */
export async function ensureTokens(pass: Pass): Promise<void> {
  const { kube, pool, configHash: hash, namespace, now, ignition } = pass;
  const name = pool.metadata?.name ?? "";
  const present = await kube.get(Secret, tokenSecretName(name, hash), namespace);
  const { token, oldToken, generated } = rotated(pass, present, now());
  await kube.apply(tokenSecret(pass, { token, oldToken, generated }));
  if (ignition) {
    await kube.apply(
      userDataSecret(pass, JSON.stringify(userData({ ...ignition, token, nodePool: poolKey(pass), configHash: hash }))),
    );
  }
}

/** The tokens as they are to be from now on. */
function rotated({ options }: Pass, present: Secret | undefined, now: Date) {
  const newToken = options.newToken ?? randomUUID;
  const known = present && tokenSecretContent(present);
  const generated = present?.metadata?.annotations?.[generationTimeAnnotation];
  if (!known) return { token: newToken(), oldToken: undefined, generated: now.toISOString() };
  const age = now.getTime() - Date.parse(generated ?? "");
  // An age that cannot be read counts as a great one.
  if (age < rotateAfterMs) return { token: known.token, oldToken: known.oldToken, generated: generated ?? "" };
  return { token: newToken(), oldToken: known.token, generated: now.toISOString() };
}

function tokenSecret(pass: Pass, tokens: { token: string; oldToken?: string; generated: string }): Secret {
  const { pool, release, core, userConfigs, namespace, configHash: hash } = pass;
  if (!release) throw new Error("The release must be read before tokens are made");
  const content: TokenSecretContent = {
    token: tokens.token,
    oldToken: tokens.oldToken,
    release: pool.spec.release.image,
    releaseVersion: release.version,
    pool: {
      images: { kubelet: release.image("kubelet"), pause: release.image("pause") },
      labels: pool.spec.nodeLabels,
      taints: pool.spec.taints,
    },
    core,
    userConfigs,
  };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: tokenSecretName(pool.metadata?.name ?? "", hash),
      namespace,
      labels: { [tokenSecretLabel]: "true" },
      annotations: {
        [tokenSecretLabel]: "true",
        [nodePoolAnnotation]: poolKey(pass),
        [generationTimeAnnotation]: tokens.generated,
        "hypershift.openshift.io/node-pool-upgrade-type": pool.spec.management.upgradeType,
      },
    },
    data: tokenSecretData(content),
  };
}

function userDataSecret(pass: Pass, value: string): Secret {
  const { pool, namespace, configHash: hash } = pass;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: userDataSecretName(pool.metadata?.name ?? "", hash),
      namespace,
      annotations: { [nodePoolAnnotation]: poolKey(pass) },
    },
    data: { value: Buffer.from(value).toString("base64") },
  };
}

/** Lets tokens of former configurations run out, and removes those that have. */
export async function expireTokens(pass: Pass): Promise<void> {
  const { kube, namespace, now, configHash: hash } = pass;
  const name = pass.pool.metadata?.name ?? "";
  for (const secret of await tokenSecretsOf(pass)) {
    const secretName = secret.metadata?.name ?? "";
    if (secretName === tokenSecretName(name, hash)) {
      await keepToken(pass, secret);
      continue;
    }
    const expiration = secret.metadata?.annotations?.[expirationAnnotation];
    if (!expiration) {
      const annotations = { [expirationAnnotation]: new Date(now().getTime() + outdatedLifeMs).toISOString() };
      await kube.patch(Secret, secretName, namespace, { metadata: { annotations } });
    } else if (Date.parse(expiration) <= now().getTime()) {
      await kube.delete(Secret, secretName, namespace);
      await kube.delete(Secret, secretName.replace(/^token-/, "user-data-"), namespace);
      await forgetReport(kube, secretName, namespace);
    }
  }
}

/** What the ignition server said of a token Secret that is gone is no news. */
export async function forgetReport(kube: Kube, secretName: string, namespace: string): Promise<void> {
  const reports = await kube.get(ConfigMap, ignitionReportsName, namespace);
  if (reports?.data?.[secretName] === undefined) return;
  await kube.patch(ConfigMap, ignitionReportsName, namespace, { data: { [secretName]: null } });
}

/** A configuration that was out of date and is wanted again lives on. */
async function keepToken({ kube, namespace }: Pass, secret: Secret): Promise<void> {
  if (!secret.metadata?.annotations?.[expirationAnnotation]) return;
  const annotations = { [expirationAnnotation]: null };
  await kube.patch(Secret, secret.metadata.name ?? "", namespace, { metadata: { annotations } });
}

/** The pool's token Secrets, of whatever configuration. */
export async function tokenSecretsOf(pass: Pick<Pass, "kube" | "namespace" | "pool">): Promise<Secret[]> {
  const secrets = await pass.kube.list(Secret, { namespace: pass.namespace, labels: { [tokenSecretLabel]: "true" } });
  return secrets.filter((secret) => secret.metadata?.annotations?.[nodePoolAnnotation] === poolKey(pass));
}
