import { isAlreadyExists, isConflict } from "./api-error.ts";
import type { Log } from "./controller.ts";
import { Lease } from "./kinds.ts";
import type { Kube } from "./kube.ts";
import { pause } from "./pause.ts";

export interface LeadOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** The Lease's. */
  namespace: string;
  name: string;
  /** Who asks: different for each process, such as the pod's name. */
  identity: string;
  now?: () => Date;
  /** How long a leader that says nothing more stays one; 15 s where absent. */
  leaseMs?: number;
}

/**
 * Does the work while this process, alone among those that name the same Lease, is the leader. Waits for that first.
 * Returns when the work ends or the signal aborts. Where the lease is lost the work's signal aborts, and this rejects:
 * the process should end, and start anew.
 */
export async function lead(options: LeadOptions, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const { log, identity, signal, leaseMs = 15_000 } = options;
  if (!(await acquire(options))) return;
  log.info({ identity }, "leading");
  const lost = new AbortController();
  const done = new AbortController();
  const renewing = renew(options, AbortSignal.any([signal, done.signal])).catch((error) => lost.abort(error));
  try {
    await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    done.abort();
    await renewing;
    if (!lost.signal.aborted) await release(options).catch(() => undefined);
  }
  if (lost.signal.aborted) {
    throw new Error(`Lost the lease ${options.namespace}/${options.name}, not renewed for ${leaseMs / 1000} s`, {
      cause: lost.signal.reason,
    });
  }
}

/** True when the lease is ours, false when the signal aborted before. */
async function acquire(options: LeadOptions): Promise<boolean> {
  const { signal, log, leaseMs = 15_000 } = options;
  // Another's clock may differ from ours: what counts is how long we see no change.
  let seen = "";
  let seenAt = 0;
  let said = "";
  while (!signal.aborted) {
    try {
      const lease = await options.kube.get(Lease, options.name, options.namespace);
      const holder = lease?.spec?.holderIdentity;
      const record = `${holder} ${lease?.spec?.renewTime}`;
      if (record !== seen) seenAt = performance.now();
      seen = record;
      const isFree = !holder || holder === options.identity || performance.now() - seenAt > leaseMs;
      if (isFree && (await write(options, lease))) return true;
    } catch (error) {
      if (signal.aborted) return false;
      const { message } = error as Error;
      if (message !== said) log.warn({ error }, "could not ask for the lease");
      said = message;
    }
    await pause(leaseMs / 6, signal).catch(() => undefined);
  }
  return false;
}

/** Keeps the lease; rejects when it could not be renewed for so long that another may have it. */
async function renew(options: LeadOptions, signal: AbortSignal): Promise<void> {
  const { leaseMs = 15_000 } = options;
  let renewedAt = performance.now();
  for (;;) {
    await pause(leaseMs / 3, signal).catch(() => undefined);
    if (signal.aborted) return;
    try {
      const lease = await options.kube.get(Lease, options.name, options.namespace);
      const isOurs = lease?.spec?.holderIdentity === options.identity;
      if (!isOurs) throw new TakenError(`it is ${lease?.spec?.holderIdentity ?? "nobody"}'s`);
      if (await write(options, lease)) renewedAt = performance.now();
    } catch (error) {
      if (error instanceof TakenError) throw error;
      // Ends before the others take it for free.
      if (performance.now() - renewedAt > (leaseMs * 2) / 3) throw error;
    }
  }
}

class TakenError extends Error {}

/** Writes our name into the lease, unless somebody else wrote meanwhile. */
async function write(options: LeadOptions, lease: Lease | undefined): Promise<boolean> {
  const { kube, namespace, name, identity, now = () => new Date(), leaseMs = 15_000 } = options;
  const time = now().toISOString().replace("Z", "000Z");
  const isOurs = lease?.spec?.holderIdentity === identity;
  const spec = {
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(leaseMs / 1000),
    acquireTime: isOurs ? lease?.spec?.acquireTime : time,
    renewTime: time,
    leaseTransitions: (lease?.spec?.leaseTransitions ?? 0) + (lease && !isOurs ? 1 : 0),
  };
  const base = { apiVersion: "coordination.k8s.io/v1", kind: "Lease" };
  try {
    if (lease) await kube.replace({ ...lease, spec } as Lease);
    else await kube.create({ ...base, metadata: { name, namespace }, spec } as Lease);
    return true;
  } catch (error) {
    if (isConflict(error) || isAlreadyExists(error)) return false;
    throw error;
  }
}

/** Gives the lease back, so that the next one need not wait. */
async function release({ kube, namespace, name, identity }: LeadOptions): Promise<void> {
  const lease = await kube.get(Lease, name, namespace);
  if (lease?.spec?.holderIdentity !== identity) return;
  await kube.replace<Lease>({ ...lease, spec: { ...lease.spec, holderIdentity: "", leaseDurationSeconds: 1 } });
}
