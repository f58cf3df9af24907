import { createHash } from "node:crypto";
import type { ConfigMap, Secret } from "../kube/kinds.ts";
import { expirationAnnotation, tokenSecretContent } from "./token-secret.ts";

/**
 * The ConfigMap that says which token Secret a token belongs to. The ignition server may read those Secrets by their
 * names and cannot list any, and a token that nobody made costs it one look into memory.
 */
export const tokenIndexName = "ignition-tokens";

/** The ConfigMap in which the ignition server, and nobody else, says how each configuration is. */
export const ignitionReportsName = "ignition-reports";

/** On both: who waits for a change of theirs follows this label. */
export const ignitionStateLabel = "hypershift.openshift.io/ignition-state";

/** One token Secret in the index. */
export interface IndexEntry {
  /** SHA-256 of each token, in hexadecimal. They are random, so it says nothing of them. */
  tokens: string[];
  /** When they stop working. */
  expires?: string;
}

/** What the ignition server says of one token Secret. */
export interface IgnitionReport {
  reason: string;
  message: string;
  /** Whether a machine has fetched the configuration. */
  reached: boolean;
}

/** The entry of a token Secret, or nothing where it is not one. */
export function indexEntry(secret: Secret): IndexEntry | undefined {
  const content = tokenSecretContent(secret);
  if (!content) return undefined;
  const expires = secret.metadata?.annotations?.[expirationAnnotation];
  const tokens = [content.token, ...(content.oldToken ? [content.oldToken] : [])].map(tokenDigest);
  return { tokens, ...(expires ? { expires } : {}) };
}

/** The names of token Secrets by the digests of their tokens, without those that have stopped working. */
export function secretsByToken(index: ConfigMap | undefined, now: Date): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, text] of Object.entries(index?.data ?? {})) {
    const { tokens, expires } = JSON.parse(text) as IndexEntry;
    if (expires !== undefined && Date.parse(expires) <= now.getTime()) continue;
    for (const token of tokens) found.set(token, name);
  }
  return found;
}

/** What was reported of a token Secret last. */
export function reportOf(reports: ConfigMap | undefined, secret: string): IgnitionReport | undefined {
  const text = reports?.data?.[secret];
  return text === undefined ? undefined : (JSON.parse(text) as IgnitionReport);
}

/** What is kept of a token to know it again. */
export function tokenDigest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
