import { createHash } from "node:crypto";

/**
 * The times at which a schedule wants a backup: every so often, and each schedule at a moment of its own, so that they
 * do not all begin at once. They follow from the schedule alone, so a backup that is due is due once, whoever asks.
 */
export function due(uid: string, everyMs: number, now: Date): { last: Date; next: Date } {
  const offset = createHash("sha256").update(uid).digest().readUInt32BE(0) % everyMs;
  const last = Math.floor((now.getTime() - offset) / everyMs) * everyMs + offset;
  // Names and RFC 3339 as Kubernetes writes it have seconds.
  const inSeconds = (ms: number) => new Date(Math.floor(ms / 1_000) * 1_000);
  return { last: inSeconds(last), next: inSeconds(last + everyMs) };
}
