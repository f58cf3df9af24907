import { gunzipSync, gzipSync } from "node:zlib";
import type { Secret } from "../kube/kinds.ts";
import { textOf } from "../kube/text-of.ts";
import type { PoolFacts } from "./core/pool.ts";
import type { MachineConfig } from "./machine-config.ts";

/** Marks the Secrets that the ignition server reads tokens from. */
export const tokenSecretLabel = "hypershift.openshift.io/ignition-config";
/** Set once a machine has fetched the configuration: what the ignition server says may get lost, and this must not. */
export const reachedAnnotation = "hypershift.openshift.io/ignition-reached";
/** `namespace/name` of the NodePool. */
export const nodePoolAnnotation = "hypershift.openshift.io/nodePool";
/** When the tokens of an outdated configuration stop working. */
export const expirationAnnotation = "hypershift.openshift.io/ignition-token-expiration-timestamp";
/** When the present token was made. */
export const generationTimeAnnotation = "hypershift.openshift.io/last-token-generation-time";

/** What a token Secret says: who may fetch, and what they get. */
export interface TokenSecretContent {
  token: string;
  /** The token before this one; still good. */
  oldToken?: string;
  release: string;
  releaseVersion: string;
  pool: PoolFacts;
  /**
   * The control plane's part of the configuration, by the name of its ConfigMap, as it was when the pool took up its
   * release: an update of the control plane is none of the nodes. Absent in what an earlier operator wrote.
   */
  core?: Record<string, string>;
  /** What users add to the configuration of the pool's nodes. */
  userConfigs: MachineConfig[];
}

/** The Secret's data, as the API takes it. */
export function tokenSecretData(content: TokenSecretContent): Record<string, string> {
  const text: Record<string, string> = {
    token: content.token,
    ...(content.oldToken ? { old_token: content.oldToken } : {}),
    release: content.release,
    "release-version": content.releaseVersion,
    pool: JSON.stringify(content.pool),
    ...(content.core ? { core: packed(content.core) } : {}),
    config: packed(content.userConfigs),
  };
  return Object.fromEntries(Object.entries(text).map(([key, value]) => [key, Buffer.from(value).toString("base64")]));
}

/** What a token Secret says, or nothing where it is not one. */
export function tokenSecretContent(secret: Secret): TokenSecretContent | undefined {
  const text = (key: string) => textOf(secret, key);
  const token = text("token");
  const pool = text("pool");
  if (!token || !pool) return undefined;
  const [config, core] = [text("config"), text("core")];
  return {
    token,
    oldToken: text("old_token"),
    release: text("release") ?? "",
    releaseVersion: text("release-version") ?? "",
    pool: JSON.parse(pool) as PoolFacts,
    ...(core ? { core: unpacked(core) as Record<string, string> } : {}),
    userConfigs: config ? (unpacked(config) as MachineConfig[]) : [],
  };
}

function packed(value: unknown): string {
  return gzipSync(JSON.stringify(value)).toString("base64");
}

function unpacked(text: string): unknown {
  return JSON.parse(gunzipSync(Buffer.from(text, "base64")).toString("utf8"));
}

/** Whether the tokens of this Secret have stopped working. */
export function isExpired(secret: Secret, now: Date): boolean {
  const expiration = secret.metadata?.annotations?.[expirationAnnotation];
  return expiration !== undefined && new Date(expiration).getTime() <= now.getTime();
}
