import { createHash } from "node:crypto";
import { isConflict, isNotFound } from "./api-error.ts";
import { boundedKube } from "./bounded-kube.ts";
import { type Context, type Controller, type Log, type Outcome, Stalled, type Wait, type Watch } from "./controller.ts";
import { differInWordsOnly } from "./differ-in-words-only.ts";
import { addFinalizer, dropFinalizer, hasFinalizer, isBeingDeleted } from "./finalizer.ts";
import type { Check, Health } from "./health.ts";
import type { Informer, Informers } from "./informer.ts";
import { type InformersByKube, informersByKube } from "./informers-by-kube.ts";
import { isNewer } from "./is-newer.ts";
import type { Kind } from "./kind.ts";
import type { Kube } from "./kube.ts";
import { sentenceOf } from "./log.ts";
import { nextPass } from "./next-pass.ts";
import { type Applied, owningKube } from "./owning-kube.ts";
import { type Next, Queue } from "./queue.ts";
import { readingKube } from "./reading-kube.ts";
import type { Resource } from "./resource.ts";
import { statusOf, statusPatch } from "./status-patch.ts";
import { keyOf } from "./watch.ts";
import { withDeadline } from "./with-deadline.ts";

const defaultDeadlineMs = 5 * 60_000;
/** How long passes may go on when the process is to end: a pod has 30 s. */
const stopMs = 10_000;
/** How long an aborted pass may take to end. */
const graceMs = 5_000;

/** One pass over one object, for metrics. */
export interface Pass {
  controller: string;
  key: string;
  result: "done" | "wait" | "stalled" | "error";
  ms: number;
}

export interface RunControllersOptions {
  kube: Kube;
  log: Log;
  /** Ends the run: no pass is started any more, and those under way are waited for. */
  signal: AbortSignal;
  now?: () => Date;
  onPass?: (pass: Pass) => void;
  /** Given once they run: looks at an object (or all of a controller's) again, for news that no watch brings. */
  onStart?: (enqueue: (controller: string, key?: string) => void) => void;
  /** What they follow, where other controllers follow the same; it goes on until its own signal aborts. */
  informers?: InformersByKube;
  /** Is told, while they run, of passes that do not end, and of watches that have not begun. */
  health?: Partial<Health>;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of controllers of different kinds; each is used with its own only.
type AnyController = Controller<any>;

/**
 * Runs controllers until the signal aborts. The queue of each holds keys; the object of a key is read from memory when
 * its pass begins, and given to the steps as a private copy. After the last step its status is patched once, and only
 * where it changed. A wait is looked at again after its time, an error with growing pauses, `Stalled` only after a
 * change, or when the controller looks at its objects anyway. Nothing is polled: without changes and waits, nothing
 * runs.
 */
export async function runControllers(controllers: AnyController[], options: RunControllersOptions): Promise<void> {
  const { informers: followed = informersByKube(options) } = options;
  const running = controllers.map((controller) => new RunningController(controller, options, followed));
  for (const informers of followed.all()) informers.start();
  options.onStart?.((name, key) => {
    for (const one of running) if (one.name === name) one.enqueue(key);
  });
  const { alive, ready } = options.health ?? {};
  const stuck: Check = () => sentences(running.map((one) => one.stuck()));
  // Who shares what is followed and begins later makes a process that was ready no less so.
  const syncChecks = [...followed.all()].map((informers) => informers.syncCheck());
  const unsynced: Check = () => sentences(syncChecks.map((check) => check()));
  alive?.add(stuck);
  ready?.add(unsynced);
  await aborted(options.signal);
  await Promise.all(running.map((one) => one.stop()));
  alive?.delete(stuck);
  ready?.delete(unsynced);
}

const digestOf = (value: unknown) =>
  createHash("sha1")
    .update(JSON.stringify(value) ?? "")
    .digest("base64");

const sentences = (parts: (string | undefined)[]) => parts.filter((part) => part).join("; ") || undefined;

/** Versions of an object that came by watch during a pass over it, and that the pass made. */
interface PassVersions {
  seen: Set<string | undefined>;
  written: Set<string | undefined>;
}

/** What is remembered of one object between passes. */
interface Memory {
  applied: Applied;
  /** What was last said of it. */
  said?: string;
  /** When a status that changed in its words only is written at the latest. */
  wordsDueAt?: number;
  /** How many passes in a row ended in a conflict. */
  conflicts: number;
}

class RunningController<R extends Resource> {
  readonly name: string;
  readonly #controller: Controller<R>;
  readonly #options: RunControllersOptions;
  readonly #informers: Informers;
  readonly #followed: InformersByKube;
  readonly #objects: Informer<R>;
  /** What passes read from memory, by API server. */
  // biome-ignore lint/suspicious/noExplicitAny: informers are of different kinds.
  readonly #kept = new Map<Kube, Informer<any>[]>();
  readonly #queue: Queue;
  readonly #log: Log;
  /** Passes under way. */
  readonly #passes = new Map<string, PassVersions>();
  /** Gone with the object. */
  readonly #memory = new Map<string, Memory>();
  /** Keys of passes that were aborted and did not end. */
  readonly #stuck = new Set<string>();

  constructor(controller: Controller<R>, options: RunControllersOptions, followed: InformersByKube) {
    if (controller.cleanup && !controller.finalizer) {
      throw new Error(`The controller ${controller.name} has a cleanup: name its finalizer`);
    }
    this.name = controller.name;
    this.#controller = controller;
    this.#options = options;
    this.#log = options.log.child({ controller: controller.name });
    this.#queue = new Queue({ work: (key) => this.#pass(key), workers: controller.workers });
    this.#followed = followed;
    this.#informers = followed.of(options.kube);
    this.#objects = this.#informers.of(controller.kind, {
      namespace: controller.namespace,
      keep: true,
      pick: controller.pick,
    });
    this.#objects.onChange(this.#changed);
    this.#followOwned();
    this.#followWatched();
  }

  readonly #changed = (key: string, object: R | undefined) => {
    const pass = this.#passes.get(key);
    if (object && pass) {
      // Perhaps only what the pass itself has just written: decided when it ends.
      pass.seen.add(object.metadata?.resourceVersion);
    } else if (object) {
      this.#queue.add(key);
    } else {
      this.#memory.delete(key);
      this.#queue.forget(key);
      this.#controller.gone?.(key);
    }
  };

  enqueue(key?: string): void {
    if (key !== undefined) this.#queue.add(key);
    else for (const object of this.#objects.list()) this.#queue.add(keyOf(object));
  }

  stop(): Promise<void> {
    return this.#queue.stop();
  }

  /** Says which passes were aborted and did not end. */
  stuck(): string | undefined {
    if (this.#stuck.size === 0) return undefined;
    return `Passes of ${this.name} do not end: ${[...this.#stuck].join(", ")}`;
  }

  #followOwned(): void {
    const { kind, namespace, owns = [] } = this.#controller;
    for (const { keep, ...owned } of owns) {
      const informer = this.#informers.of(owned, { namespace, keep, metadataOnly: !keep });
      if (keep) this.#readFrom(this.#options.kube, informer);
      this.#relate(informer, (object) => ownersOf(object, kind));
    }
  }

  #followWatched(): void {
    for (const watch of this.#controller.watches ?? []) {
      const { kind, labels, namespace, kube = this.#options.kube, pick, keep } = watch;
      const informer = this.#followed.of(kube).of(kind, { labels, namespace, pick, keep });
      if (keep) this.#readFrom(kube, informer);
      this.#relate(informer, (object) => watch.keysOf(object, () => this.#objects.list()), watch);
    }
  }

  #readFrom<O extends Resource>(kube: Kube, informer: Informer<O>): void {
    const kept = this.#kept.get(kube) ?? [];
    this.#kept.set(kube, [...kept, informer]);
  }

  /** Looks at our objects that another object concerns, and those that it concerned before it changed. */
  #relate<O extends Resource>(
    informer: Informer<O>,
    keysOf: (object: O) => string[] | undefined,
    { reads }: Pick<Watch<O>, "reads"> = {},
  ): void {
    // Nothing stands for all of our objects.
    const before = new Map<string, string[] | undefined>();
    const read = new Map<string, string>();
    informer.onChange((key, object) => {
      if (!object) {
        read.delete(key);
      } else if (reads) {
        const now = digestOf(reads(object));
        if (read.get(key) === now) return;
        read.set(key, now);
      }
      const old = before.has(key) ? before.get(key) : [];
      const keys = object ? keysOf(object) : [];
      if (object && keys?.length !== 0) before.set(key, keys);
      else before.delete(key);
      if (!keys || !old) return this.enqueue();
      for (const ours of new Set([...old, ...keys])) this.#queue.add(ours);
    });
  }

  async #pass(key: string): Promise<Next> {
    const cached = this.#objects.get(key);
    if (!cached) {
      this.#memory.delete(key);
      return "gone";
    }
    if (this.#options.signal.aborted) return undefined;
    const started = performance.now();
    const pass: PassVersions = { seen: new Set(), written: new Set() };
    this.#passes.set(key, pass);
    const result = await this.#reconcile(key, structuredClone(cached));
    this.#passes.delete(key);
    if ([...pass.seen].some((version) => !pass.written.has(version))) this.#queue.add(key);
    this.#options.onPass?.({ controller: this.name, key, result: result.name, ms: performance.now() - started });
    return result.next;
  }

  async #reconcile(key: string, object: R): Promise<{ name: Pass["result"]; next: Next }> {
    const { summarize, resyncMs } = this.#controller;
    const { namespace, name } = object.metadata ?? {};
    if (isBeingDeleted(object) && !this.#mustCleanUp(object)) return { name: "done", next: undefined };
    const log = this.#log.child({ namespace, name });
    let wait: Wait | undefined;
    let error: Error | undefined;
    let settleMs: number | undefined;
    try {
      const ours = withStatus(await this.#prepare(object));
      const isCleanup = isBeingDeleted(ours);
      const lookedAt = ours.metadata?.resourceVersion;
      const before = structuredClone(statusOf(ours));
      const context = this.#context(key, ours, log);
      try {
        wait = (await this.#workInTime(key, ours, context)) ?? undefined;
      } catch (thrown) {
        error = thrown instanceof Error ? thrown : new Error(String(thrown));
      }
      if (!this.#isPassing(key, error)) summarize?.(ours, { wait, error }, context);
      // A step wrote the object itself: what somebody wrote before that, the watch may bring too late to be news.
      const known = ours.metadata?.resourceVersion;
      if (known !== lookedAt) this.#passes.get(key)?.seen.add(known);
      if (!error) settleMs = this.#untilWordsAreDue(key, before, statusOf(ours));
      const written = settleMs === undefined ? await this.#writeStatus(ours, before) : ours;
      // Only where the cleanup ran: the object may have been deleted while its other steps were under way.
      if (!wait && !error && isCleanup) await this.#release(written);
    } catch (thrown) {
      error ??= thrown as Error;
    }
    if (this.#options.signal.aborted) return { name: "error", next: undefined };
    this.#say(key, log, { wait, error });
    const resync = typeof resyncMs === "function" ? resyncMs(object) : resyncMs;
    const result = { wait, error, resyncMs: resync, settleMs };
    return { name: nameOf(result), next: nextPass(result) };
  }

  /** The finalizer is there before the first step, so that nothing is made that would not be cleaned up. */
  async #prepare(object: R): Promise<R> {
    const { cleanup, finalizer, kind } = this.#controller;
    if (!cleanup || !finalizer || isBeingDeleted(object) || hasFinalizer(object, finalizer)) return object;
    const written = await addFinalizer(this.#options.kube, kind, object, finalizer);
    this.#remember(written);
    return written;
  }

  /** What this controller wrote itself is no news to it. */
  #remember(written: R): void {
    this.#passes.get(keyOf(written))?.written.add(written.metadata?.resourceVersion);
    this.#informers.wrote(written);
    this.#objects.put(structuredClone(written), this.#changed);
  }

  async #work(object: R, context: Context): Promise<Outcome> {
    const { reconcile, cleanup } = this.#controller;
    return isBeingDeleted(object) ? cleanup?.(object, context) : reconcile(object, context);
  }

  #workInTime(key: string, object: R, context: Context): Promise<Outcome> {
    const { deadlineMs = defaultDeadlineMs } = this.#controller;
    return withDeadline((signal) => this.#work(object, this.#within(signal, context)), {
      ms: deadlineMs,
      stop: this.#options.signal,
      stopMs,
      graceMs,
      onStuck: (work) => {
        this.#stuck.add(key);
        void work.then(() => this.#stuck.delete(key));
      },
    });
  }

  /** What is asked of servers in a pass is given up with it: nothing of it writes while the next one runs. */
  #within(signal: AbortSignal, context: Context): Context {
    return {
      ...context,
      kube: boundedKube(context.kube, { signal }),
      on: (kube) => boundedKube(context.on(kube), { signal }),
      signal: AbortSignal.any([signal, context.signal]),
    };
  }

  #mustCleanUp(object: R): boolean {
    const { cleanup, finalizer } = this.#controller;
    return isBeingDeleted(object) && cleanup !== undefined && hasFinalizer(object, finalizer ?? "");
  }

  async #release(object: R): Promise<void> {
    if (!this.#mustCleanUp(object)) return;
    const { finalizer = "", kind } = this.#controller;
    try {
      await dropFinalizer(this.#options.kube, kind, object, finalizer);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  #context(key: string, owner: R, log: Log): Context {
    const { kube, signal, now = () => new Date() } = this.#options;
    const { applied } = this.#memoryOf(key);
    const { kind } = this.#controller;
    const shared = { kind, fieldManager: this.name, applied };
    const remembering = (server: Kube, watched: Informers) =>
      readingKube(server, { kept: this.#kept.get(server) ?? [], informers: watched });
    const owning = owningKube(remembering(kube, this.#informers), { ...shared, owner, watched: this.#informers });
    const on = (other: Kube) => {
      const watched = this.#followed.of(other);
      return owningKube(remembering(other, watched), { ...shared, watched });
    };
    return { kube: owning, on, log, signal, now };
  }

  /**
   * For how long a status may stay as it is on the server, because only its words changed: they often change again at
   * once, and each write wakes all who follow the object. The pass after that says what is so then.
   */
  #untilWordsAreDue(key: string, before: Record<string, unknown>, after: Record<string, unknown>): number | undefined {
    const { wordsSettleMs } = this.#controller;
    const memory = this.#memoryOf(key);
    const now = performance.now();
    if (wordsSettleMs !== undefined && differInWordsOnly(before, after)) {
      memory.wordsDueAt ??= now + wordsSettleMs;
      if (memory.wordsDueAt > now) return memory.wordsDueAt - now;
    }
    memory.wordsDueAt = undefined;
  }

  /** Patches what the steps changed. Where the object changed meanwhile, the same changes go onto its present state. */
  async #writeStatus(object: R, before: Record<string, unknown>): Promise<R> {
    const { kind } = this.#controller;
    const { kube } = this.#options;
    const { name = "", namespace } = object.metadata ?? {};
    let present = this.#newest(object);
    let patch = statusPatch(before, statusOf(object), statusOf(present));
    if (!patch) return object;
    for (let attempt = 0; ; attempt++) {
      try {
        const { resourceVersion } = present.metadata ?? {};
        const body = { metadata: { resourceVersion }, status: patch };
        const written = await kube.patch(kind, name, namespace, body, { subresource: "status" });
        // Where the server found nothing to change, this is what somebody else wrote: still news to us.
        if (written.metadata?.resourceVersion !== resourceVersion) this.#remember(written);
        return written;
      } catch (error) {
        if (isNotFound(error)) return object;
        if (!isConflict(error) || attempt >= 5) throw error;
        const fresh = await kube.get(kind, name, namespace);
        if (!fresh || fresh.metadata?.uid !== object.metadata?.uid) return object;
        this.#sawChange(fresh);
        present = fresh;
        patch = statusPatch(before, statusOf(object), statusOf(fresh)) ?? patch;
      }
    }
  }

  /** The object as others have written it during the pass, as far as that is known; the server refuses what is based on less. */
  #newest(object: R): R {
    const known = this.#objects.get(keyOf(object));
    if (!known || known.metadata?.uid !== object.metadata?.uid) return object;
    if (!isNewer(known.metadata?.resourceVersion ?? "", object.metadata?.resourceVersion ?? "")) return object;
    this.#sawChange(known);
    return known;
  }

  /** Somebody else changed it during the pass: after our write, the watch brings nothing newer that would tell. */
  #sawChange(object: R): void {
    this.#passes.get(keyOf(object))?.seen.add(object.metadata?.resourceVersion);
  }

  /** Somebody else wrote an object at the same time: the next pass sees that, and nobody needs to know, unless it stays. */
  #isPassing(key: string, error: unknown): boolean {
    return isConflict(error) && this.#memoryOf(key).conflicts < 3;
  }

  #memoryOf(key: string): Memory {
    const memory = this.#memory.get(key) ?? { applied: new Map(), conflicts: 0 };
    this.#memory.set(key, memory);
    return memory;
  }

  /** One line per change of what there is to say, none per quiet pass. */
  #say(key: string, log: Log, { wait, error }: { wait?: Wait; error?: Error }): void {
    const memory = this.#memoryOf(key);
    const isPassing = this.#isPassing(key, error);
    memory.conflicts = isConflict(error) ? memory.conflicts + 1 : 0;
    const saying = error ? sentenceOf(error) : wait ? `${wait.reason}: ${wait.message}` : undefined;
    if (memory.said === saying || isPassing) return;
    memory.said = saying;
    if (error instanceof Stalled) log.warn({ reason: error.reason, error }, "stalled until the object changes");
    else if (error) log.error({ error, ...(isUnexpected(error) && { stack: error.stack }) }, "pass failed");
    else if (wait) log.info({ reason: wait.reason, waitingFor: wait.message }, "waiting");
    else log.info({}, "settled");
  }
}

function nameOf({ wait, error }: { wait?: Wait; error?: Error }): Pass["result"] {
  if (error) return error instanceof Stalled ? "stalled" : "error";
  return wait ? "wait" : "done";
}

/** Steps may set fields of the status without looking whether there is one. */
const withStatus = <R extends Resource>(object: R): R => ({ ...object, status: statusOf(object) });

/** Errors of the language point at a mistake of ours: their stack says where. */
const isUnexpected = (error: Error) =>
  error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;

function ownersOf(object: Resource, { apiVersion, kind, namespaced }: Kind): string[] {
  const group = groupOf(apiVersion);
  const { namespace, ownerReferences = [] } = object.metadata ?? {};
  return ownerReferences
    .filter((owner) => owner.kind === kind && groupOf(owner.apiVersion) === group)
    .map((owner) => (namespaced ? `${namespace}/${owner.name}` : owner.name));
}

const groupOf = (apiVersion: string) => (apiVersion.includes("/") ? apiVersion.split("/")[0] : "");

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
