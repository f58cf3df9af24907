/** Whether, and until when, reconciliation is paused by a `pausedUntil` field. */
export interface Paused {
  paused: boolean;
  /** How long a pause by date still lasts. */
  endsInMs?: number;
  message: string;
  /** False where the field is neither a date nor a boolean; it then pauses nothing. */
  valid: boolean;
}

/** Reads `pausedUntil`: true or false (as text), a date in RFC 3339, or empty for "not paused". */
export function paused(pausedUntil: string | undefined, now: Date): Paused {
  if (!pausedUntil || /^false$/i.test(pausedUntil))
    return { paused: false, valid: true, message: "Reconciliation active on resource" };
  if (/^true$/i.test(pausedUntil)) {
    return { paused: true, valid: true, message: "Reconciliation paused until field removed" };
  }
  const until = /^\d{4}-\d\d-\d\dT/.test(pausedUntil) ? Date.parse(pausedUntil) : Number.NaN;
  if (Number.isNaN(until)) {
    return {
      paused: false,
      valid: false,
      message: `spec.pausedUntil "${pausedUntil}" is neither true, false nor a date such as 2030-01-31T12:00:00Z: reconciliation goes on`,
    };
  }
  const left = until - now.getTime();
  if (left <= 0) return { paused: false, valid: true, message: "Reconciliation active on resource" };
  return { paused: true, valid: true, endsInMs: left, message: `Reconciliation paused until: ${pausedUntil}` };
}
