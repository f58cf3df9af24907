import { randomBytes } from "node:crypto";
import { InfraEnv } from "../../api/infra-env.ts";
import { Stalled } from "../../kube/controller.ts";
import { Secret } from "../../kube/kinds.ts";
import { textOf } from "../../kube/text-of.ts";
import {
  infraEnvTokenKey,
  infraEnvTokenSecret,
  tokenDigestsAnnotation,
  tokenLifetimeAnnotation,
} from "../../platforms/agent/registration-names.ts";
import { secretDigest } from "../../platforms/agent/secret-digest.ts";
import type { InfraEnvStep } from "./pass.ts";

const formerKey = "former-token";
const madeAnnotation = "agent-install.openshift.io/token-made";

/**
 * Makes the token that hosts of this InfraEnv register with. Deleting its Secret gives it a new one, and the old one is
 * good no more; where the InfraEnv gives tokens a lifetime, each is replaced after that, and good for as long again.
 */
export const ensureToken: InfraEnvStep = async ({ infraEnv, kube, now }) => {
  const { name = "", namespace, annotations } = infraEnv.metadata ?? {};
  const secretName = infraEnvTokenSecret(name);
  const lifetime = lifetimeMs(infraEnv);
  const present = tokensOf(await kube.get(Secret, secretName, namespace));
  const tokens = tokensNow(present, lifetime, now());
  if (tokens !== present) {
    const data = { [infraEnvTokenKey]: tokens.token, ...(tokens.former ? { [formerKey]: tokens.former } : {}) };
    await kube.apply<Secret>({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: secretName, namespace, annotations: { [madeAnnotation]: tokens.made } },
      data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString("base64")])),
    });
  }
  const digests = [tokens.token, tokens.former].flatMap((token) => (token ? [secretDigest(token)] : [])).join(",");
  if (annotations?.[tokenDigestsAnnotation] === digests) return;
  await kube.patch(InfraEnv, name, namespace, { metadata: { annotations: { [tokenDigestsAnnotation]: digests } } });
};

/** The tokens of an InfraEnv: the one that hosts boot with from now on, and the one before. */
export interface Tokens {
  token: string;
  former?: string;
  /** When the present one was made. */
  made: string;
}

/** The tokens as they are to be: those that are there, or others. */
export function tokensNow(present: Tokens | undefined, lifetime: number | undefined, now: Date): Tokens {
  const made = now.toISOString();
  const token = () => randomBytes(32).toString("base64url");
  if (!present?.token) return { token: token(), made };
  // Without a lifetime nothing would ever end that of the former one.
  if (lifetime === undefined) return present.former ? { token: present.token, made: present.made } : present;
  // An age that cannot be read counts as a great one.
  if (now.getTime() - Date.parse(present.made) < lifetime) return present;
  return { token: token(), former: present.token, made };
}

function tokensOf(secret: Secret | undefined): Tokens | undefined {
  if (!secret) return undefined;
  return {
    token: textOf(secret, infraEnvTokenKey) ?? "",
    former: textOf(secret, formerKey) || undefined,
    made: secret.metadata?.annotations?.[madeAnnotation] ?? secret.metadata?.creationTimestamp ?? "",
  };
}

/**
 * How long the annotation lets tokens live, in whole hours, because the InfraEnv is looked at once an hour. Throws where
 * it cannot be read: as no lifetime it would end a token that hosts boot with.
 */
export function lifetimeMs({ metadata }: InfraEnv): number | undefined {
  const text = metadata?.annotations?.[tokenLifetimeAnnotation];
  if (text === undefined) return undefined;
  const hours = /^([1-9]\d{0,4})h$/.exec(text)?.[1];
  if (hours !== undefined) return Number(hours) * 3_600_000;
  throw new Stalled(
    "InvalidTokenLifetime",
    `Annotation ${tokenLifetimeAnnotation} is "${text}", which is no number of whole hours such as 24h; tokens stay as they are until it is mended`,
  );
}
