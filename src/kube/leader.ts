import { isAlreadyExists, isConflict, isNotFound } from "./api-error.ts";
import type { Log } from "./controller.ts";
import type { Health } from "./health.ts";
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
  /** Who asks: different for each process that may run at the same time, such as the pod's name. */
  identity: string;
  now?: () => Date;
  /** How long a leader that says nothing more stays one; 60 s where absent. */
  leaseMs?: number;
  health?: Health;
}

/** What the work of a leader goes by. */
export interface Leadership {
  /** Aborts when the work is to end. */
  signal: AbortSignal;
  /** For writes (`boundedKube`): why this process may not write any more, by a clock that no pause of it stops. */
  admit: () => Error | undefined;
}

/** The process does not lead any more: it should end at once, and start anew. */
export class LeaseLost extends Error {}

/** The lease as last written, and until when, by `performance.now()`, its holder may write. */
interface Held {
  lease: Lease | undefined;
  writableUntil: number;
}

const defaultLeaseMs = 60_000;

function timesOf({ leaseMs = defaultLeaseMs }: LeadOptions) {
  return {
    leaseMs,
    /** Well before another takes the lease for free: what was sent until then has arrived by then. */
    writableMs: (leaseMs * 2) / 3,
    renewEveryMs: leaseMs / 4,
    /** For one request; a server that hangs must not take the time of the next one. */
    requestMs: leaseMs / 6,
    retryMs: leaseMs / 30,
  };
}

/**
 * Does the work while this process, alone among those that name the same Lease, is the leader. Waits for that first.
 * Returns when the work ends or the signal aborts, and gives the lease back then. Rejects at once where the lease is
 * lost, without waiting for the work: the process should end. Until it does, `admit` refuses its writes.
 */
export async function lead(options: LeadOptions, work: (leadership: Leadership) => Promise<void>): Promise<void> {
  const { log, identity, signal, health } = options;
  const held = await acquire(options);
  if (!held) return;
  log.info({ identity }, "leading");
  const lost = new AbortController();
  const done = new AbortController();
  const admit = () => {
    if (!lost.signal.aborted && performance.now() < held.writableUntil) return undefined;
    return new LeaseLost(`Cannot write: ${nameOf(options)} is not this process's any more`);
  };
  const stale = () =>
    performance.now() > held.writableUntil
      ? `${nameOf(options)} was not renewed, and this process still runs`
      : undefined;
  health?.alive.add(stale);
  const renewing = renew(options, held, done.signal).catch((error: Error) =>
    lost.abort(new LeaseLost(`Lost ${nameOf(options)}: ${error.message}`, { cause: error })),
  );
  const working = work({ signal: AbortSignal.any([signal, lost.signal]), admit });
  try {
    await Promise.race([working, rejectionOf(lost.signal)]);
  } finally {
    working.catch(() => {});
    done.abort();
    await renewing;
    health?.alive.delete(stale);
    if (!lost.signal.aborted)
      await release(options).catch((error) => log.warn({ error }, "could not give back the lease"));
  }
}

/** The lease when it is ours; nothing when the signal aborted before. */
async function acquire(options: LeadOptions): Promise<Held | undefined> {
  const { signal, log, identity, health } = options;
  const { leaseMs, writableMs, requestMs, retryMs } = timesOf(options);
  // Another's clock may differ from ours: what counts is how long we see no change.
  const seen = { record: "", at: performance.now() };
  let said = "";
  let isAsked = false;
  const asked = () => (isAsked ? undefined : `Waiting for the API server to say who holds ${nameOf(options)}`);
  health?.ready.add(asked);
  while (!signal.aborted) {
    try {
      const lease = await read(options, within(signal, requestMs));
      look(seen, lease);
      isAsked = true;
      const { holderIdentity: holder } = lease?.spec ?? {};
      const sentAt = performance.now();
      if (!holder || holder === identity || sentAt - seen.at >= leaseMs) {
        const written = await write(options, lease, within(signal, requestMs));
        if (written) return { lease: written, writableUntil: sentAt + writableMs };
        continue;
      }
      if (said !== holder) log.info({ holder }, "waiting to lead");
      said = holder;
      await free(options, seen);
    } catch (error) {
      if (signal.aborted) return undefined;
      const { message } = error as Error;
      if (message !== said) log.warn({ error }, "could not ask for the lease");
      said = message;
      await pause(retryMs, signal).catch(() => undefined);
    }
  }
  return undefined;
}

interface Seen {
  record: string;
  at: number;
}

function look(seen: Seen, lease: Lease | undefined): void {
  const { holderIdentity, renewTime } = lease?.spec ?? {};
  const record = `${holderIdentity} ${renewTime}`;
  if (record !== seen.record) seen.at = performance.now();
  seen.record = record;
}

/** Resolves when the lease was given back, or when its holder has been silent for so long that it may be. */
async function free(options: LeadOptions, seen: Seen): Promise<void> {
  const { kube, signal, namespace, name } = options;
  const { leaseMs } = timesOf(options);
  const enough = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const count = () => {
    clearTimeout(timer);
    timer = setTimeout(() => enough.abort(), Math.max(0, seen.at + leaseMs - performance.now()));
  };
  count();
  await kube.watch(Lease, {
    namespace,
    fields: { "metadata.name": name },
    signal: AbortSignal.any([signal, enough.signal]),
    onEvent: ({ type, object }) => {
      look(seen, object);
      if (type === "DELETED" || !object.spec?.holderIdentity) enough.abort();
      else count();
    },
  });
  clearTimeout(timer);
}

/** Keeps the lease; rejects when it is another's, or could not be renewed for so long that it may soon be. */
async function renew(options: LeadOptions, held: Held, done: AbortSignal): Promise<void> {
  const { writableMs, renewEveryMs, requestMs, retryMs } = timesOf(options);
  let waitMs = renewEveryMs;
  let trouble: Error | undefined;
  for (;;) {
    await pause(waitMs, done).catch(() => undefined);
    if (done.aborted) return;
    const sentAt = performance.now();
    const leftMs = held.writableUntil - sentAt;
    if (leftMs <= 0) throw new Error(`it was not renewed in time (${trouble?.message ?? "the process stood still"})`);
    const signal = within(done, Math.min(requestMs, leftMs));
    try {
      const written = await write(options, held.lease, signal);
      if (written) Object.assign(held, { lease: written, writableUntil: sentAt + writableMs });
      else held.lease = await ours(options, signal);
      waitMs = written ? renewEveryMs : 0;
    } catch (error) {
      if (error instanceof Taken) throw error;
      trouble = error as Error;
      waitMs = Math.max(0, Math.min(retryMs, held.writableUntil - performance.now()));
    }
  }
}

class Taken extends Error {}

/** The lease as it is now, where another has not taken it. Nothing where it was deleted: then it is made anew. */
async function ours(options: LeadOptions, signal: AbortSignal): Promise<Lease | undefined> {
  const lease = await read(options, signal);
  const holder = lease?.spec?.holderIdentity;
  if (lease && holder !== options.identity) throw new Taken(`it is ${holder || "nobody"}'s now`);
  return lease;
}

const read = ({ kube, name, namespace }: LeadOptions, signal: AbortSignal) =>
  kube.get(Lease, name, namespace, { signal });

/** Writes our name into the lease. Nothing where it is not as we know it any more. */
async function write(options: LeadOptions, lease: Lease | undefined, signal: AbortSignal): Promise<Lease | undefined> {
  const { kube, namespace, name, identity, now = () => new Date() } = options;
  const time = now().toISOString().replace("Z", "000Z");
  const isOurs = lease?.spec?.holderIdentity === identity;
  const spec = {
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(timesOf(options).leaseMs / 1000),
    acquireTime: isOurs ? lease?.spec?.acquireTime : time,
    renewTime: time,
    leaseTransitions: (lease?.spec?.leaseTransitions ?? 0) + (lease && !isOurs ? 1 : 0),
  };
  const base = { apiVersion: "coordination.k8s.io/v1", kind: "Lease" };
  try {
    if (lease) return await kube.replace({ ...lease, spec } as Lease, { signal });
    return await kube.create({ ...base, metadata: { name, namespace }, spec } as Lease, { signal });
  } catch (error) {
    if (isConflict(error) || isAlreadyExists(error) || (lease && isNotFound(error))) return undefined;
    throw error;
  }
}

/** Gives the lease back, so that the next one need not wait. */
async function release(options: LeadOptions): Promise<void> {
  const { kube, identity } = options;
  const signal = AbortSignal.timeout(2_000);
  for (let attempt = 0; attempt < 2; attempt++) {
    const lease = await read(options, signal);
    if (lease?.spec?.holderIdentity !== identity) return;
    try {
      const spec = { ...lease.spec, holderIdentity: "", leaseDurationSeconds: 1 };
      await kube.replace<Lease>({ ...lease, spec }, { signal });
      return;
    } catch (error) {
      // The last renewal was under way.
      if (!isConflict(error)) throw error;
    }
  }
}

const within = (signal: AbortSignal, ms: number) => AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(ms))]);

const rejectionOf = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

const nameOf = ({ namespace, name }: LeadOptions) => `the lease ${namespace}/${name}`;
