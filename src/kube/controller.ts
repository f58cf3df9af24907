import type { Kind } from "./kind.ts";
import type { Kube } from "./kube.ts";
import type { Resource } from "./resource.ts";

/** Returned where a pass cannot go on yet: the object is looked at again after `afterMs`, or sooner where something changes. */
export interface Wait {
  reason: string;
  message: string;
  afterMs: number;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a step that has nothing to say may end without a return.
export type Outcome = Wait | undefined | void;

/** What the runtime gives to each pass. */
export interface Context {
  /**
   * Reads and writes; objects applied through it are owned by the object being reconciled (same namespace). Reads kinds
   * with `keep` from memory, at least as new as what it wrote itself; other kinds, with `live`, and what memory has not,
   * from the server.
   */
  kube: Kube;
  /**
   * The same for another API server that the controller watches (`Watch.kube`): what is applied there has no owner,
   * but an apply that would change nothing is left out all the same.
   */
  on: (kube: Kube) => Kube;
  log: Log;
  /** Aborts when the pass has taken too long, or the process is to end. */
  signal: AbortSignal;
  now: () => Date;
}

/** Structured log: a constant lower-case message, data in fields. Never a secret. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

/**
 * One look at an object. `object` is a private copy: its `status` may be changed in memory, and the runtime patches it
 * once afterwards. Returns nothing where all is done, `wait(...)` where it has to go on later, or throws.
 */
export type Reconcile<R extends Resource> = (object: R, context: Context) => Promise<Outcome> | Outcome;

/** Another kind whose changes make this controller look at an object again. */
export interface Watch<W extends Resource = Resource> {
  kind: Kind<W>;
  /** Restricts the watch on the server. */
  labels?: Record<string, string>;
  namespace?: string;
  /** Where these objects are on another API server than the controller's. */
  kube?: Kube;
  /** What is needed of each, where others can make them as large as they like. */
  pick?: (object: W) => W;
  /**
   * Kept in memory: passes of this controller read such objects (`get`, `list`) without asking the server, as far as
   * `namespace` and `labels` reach; with `pick`, lists that ask for the same. They come without `managedFields`. Costs
   * the process their size. To be woken by them is not the same: see `keysOf`.
   *
   * `bounded` where somebody else could make such objects: the large ones, and those for which no room is left, are
   * read from the server, and `keysOf` sees no more than their metadata, of a large one not even labels.
   */
  keep?: boolean | "bounded";
  /**
   * What passes read of it, where that is less than all: a change of anything else wakes nobody. Who is concerned
   * (`keysOf`) must follow from it.
   */
  reads?: (object: W) => unknown;
  /**
   * Keys (`namespace/name`, or `name`) of our objects to look at; nothing for all of them. `ours` lists those known.
   * Of a deleted object often only the name is left: the keys that it had before are looked at anyway.
   */
  keysOf: (object: W, ours: () => Resource[]) => string[] | undefined;
}

/** A kind whose objects carry an owner reference to ours. */
export interface Owned extends Kind {
  /** With it, all objects of the kind in the controller's namespace are kept whole in memory. */
  keep?: boolean;
}

export interface Controller<R extends Resource> {
  /** Also the field manager, the log field and the metric label. */
  name: string;
  kind: Kind<R>;
  /** Only this namespace, where set. */
  namespace?: string;
  /** What is kept of each object, and given to `reconcile`, where others can make them as large as they like. */
  pick?: (object: R) => R;
  /** Kinds whose objects carry an owner reference to ours. */
  owns?: Owned[];
  watches?: Watch[];
  reconcile: Reconcile<R>;
  /** Present when deletion needs work: the runtime keeps the finalizer until this returns nothing. */
  cleanup?: Reconcile<R>;
  /** The finalizer's name; needed with `cleanup`. */
  finalizer?: string;
  /** Gives the error or wait of a pass to the object's conditions, before status is patched. */
  summarize?: (object: R, result: { wait?: Wait; error?: Error }, context: Context) => void;
  /** Look again after this long even when nothing changes, also at an object that is stalled. Not where absent. */
  resyncMs?: number | ((object: R) => number);
  /**
   * How long a status may wait to be written of which only words changed (reasons and messages of conditions); at once
   * where absent. For passes that ask no server where nothing else changed: there is one more when the time is over.
   */
  wordsSettleMs?: number;
  /** Told that an object is gone, for what the controller itself remembers of it. */
  gone?: (key: string) => void;
  /** How many objects at a time; 4 where absent. */
  workers?: number;
  /** How long one pass may take before it is aborted; 5 minutes where absent. */
  deadlineMs?: number;
}

/** Thrown where only a change of the object by its user can help: no retry until then. */
export class Stalled extends Error {
  readonly reason: string;
  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

export function wait(reason: string, message: string, afterMs = 10_000): Wait {
  return { reason, message, afterMs };
}

/** An owned kind that is kept whole in memory, for the controller's list. */
export function kept(kind: Kind): Owned {
  return { ...kind, keep: true };
}

/** A watch of a kind for the controller's list; keeps the kind's type for `keysOf`. */
export function watches<W extends Resource>(watch: Watch<W>): Watch {
  return watch as unknown as Watch;
}
