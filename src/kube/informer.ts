import { isNewer } from "./is-newer.ts";
import type { Kind } from "./kind.ts";
import type { Kube } from "./kube.ts";
import type { Resource } from "./resource.ts";
import { keyOf } from "./watch.ts";

/** What to follow. */
export interface Scope {
  namespace?: string;
  labels?: Record<string, string>;
}

export interface InformerOptions extends Scope {
  /** Keep whole objects, for `get` and `list`. Otherwise only their versions are kept. */
  keep?: boolean;
  /** Listeners need only `metadata`. */
  metadataOnly?: boolean;
  /** As in `Picking`: shared only by those who pick the same. */
  // biome-ignore lint/suspicious/noExplicitAny: informers are of different kinds; each is used with its own only.
  pick?: (object: any) => any;
}

/** Told of each change; `object` is nothing where it was deleted. */
export type Listener<R extends Resource> = (key: string, object: R | undefined) => void;

/** Follows the objects of one kind in memory. Got from `Informers.of`. */
export class Informer<R extends Resource> {
  readonly kind: Kind<R>;
  readonly scope: Scope;
  /** Resolves when the first list is complete. */
  readonly synced: Promise<void>;
  #keep = false;
  #metadataOnly = true;
  readonly #pick: InformerOptions["pick"];
  #started = false;
  #isSynced = false;
  #epoch = 0;
  #markSynced: () => void = () => {};
  readonly #objects = new Map<string, R>();
  readonly #versions = new Map<string, string>();
  readonly #listeners = new Set<Listener<R>>();

  constructor(kind: Kind<R>, scope: Scope, pick?: InformerOptions["pick"]) {
    this.kind = kind;
    this.scope = scope;
    this.#pick = pick;
    this.synced = new Promise((resolve) => (this.#markSynced = resolve));
  }

  /** How often the server's versions began anew. */
  get epoch(): number {
    return this.#epoch;
  }

  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** True where this follows what is asked for already, or will when started. */
  offers({ keep, metadataOnly, pick }: InformerOptions): boolean {
    if (pick !== this.#pick) return false;
    return !this.#started || ((!keep || this.#keep) && (metadataOnly || !this.#metadataOnly));
  }

  require({ keep, metadataOnly }: InformerOptions): void {
    if (keep) this.#keep = true;
    if (!metadataOnly) this.#metadataOnly = false;
  }

  /** The object as last seen. Shared by all who read it: copy it before changing it. */
  get(key: string): R | undefined {
    return this.#objects.get(key);
  }

  /** All objects as last seen. */
  list(): R[] {
    return [...this.#objects.values()];
  }

  /** The last seen `resourceVersion` of an object. */
  version(key: string): string | undefined {
    return this.#versions.get(key);
  }

  /** Tells of every change from now on, and of all objects that are known already. */
  onChange(listener: Listener<R>): void {
    this.#listeners.add(listener);
    for (const [key, object] of this.#objects) listener(key, object);
  }

  /**
   * Takes the answer to a write for the event that is still under way, but for an object that is gone by now. The writer
   * itself is not told.
   */
  put(object: R, writer: Listener<R>): void {
    const key = keyOf(object);
    if (!this.#versions.has(key) || !this.#isNews(key, object)) return;
    this.#store(key, object);
    for (const listener of this.#listeners) if (listener !== writer) listener(key, object);
  }

  /** Follows the server until the signal aborts. */
  async run(kube: Kube, signal: AbortSignal, onError: (error: Error) => void): Promise<void> {
    this.#started = true;
    await kube.watch(this.kind, {
      ...this.scope,
      metadataOnly: this.#metadataOnly,
      pick: this.#pick,
      signal,
      onError,
      synced: () => {
        this.#isSynced = true;
        this.#markSynced();
      },
      startsOver: () => {
        this.#epoch++;
        this.#versions.clear();
      },
      onEvent: ({ type, object }) => {
        const key = keyOf(object);
        if (type === "DELETED") {
          this.#objects.delete(key);
          this.#versions.delete(key);
          for (const listener of this.#listeners) listener(key, undefined);
        } else if (this.#isNews(key, object)) {
          this.#store(key, object);
          for (const listener of this.#listeners) listener(key, object);
        }
      },
    });
  }

  #isNews(key: string, object: R): boolean {
    const known = this.#versions.get(key);
    const version = object.metadata?.resourceVersion;
    return known === undefined || version === undefined || isNewer(version, known);
  }

  #store(key: string, object: R): void {
    if (object.metadata) delete (object.metadata as { managedFields?: unknown }).managedFields;
    this.#versions.set(key, object.metadata?.resourceVersion ?? "");
    if (this.#keep) this.#objects.set(key, object);
  }
}

/** The informers of one process on one API server: one per kind, namespace and labels, whoever asks. */
export class Informers {
  readonly #kube: Kube;
  readonly #signal: AbortSignal;
  readonly #onError: (kind: Kind, error: Error) => void;
  readonly #informers: Informer<Resource>[] = [];
  readonly #started = new Set<Informer<Resource>>();

  constructor(kube: Kube, signal: AbortSignal, onError: (kind: Kind, error: Error) => void = () => {}) {
    this.#kube = kube;
    this.#signal = signal;
    this.#onError = onError;
  }

  /** The informer for a kind. Follows the server only after `start`, so that all who need it can say what they need. */
  of<R extends Resource>(kind: Kind<R>, options: InformerOptions = {}): Informer<R> {
    const scope = { namespace: options.namespace, labels: options.labels };
    const name = nameOf(kind, scope);
    const present = this.#informers.find((one) => nameOf(one.kind, one.scope) === name && one.offers(options));
    const informer = present ?? new Informer<Resource>(kind as Kind, scope, options.pick);
    if (!present) this.#informers.push(informer);
    informer.require(options);
    return informer as unknown as Informer<R>;
  }

  /** Starts every informer that is not running yet. */
  start(): void {
    for (const informer of this.#informers) {
      if (this.#started.has(informer)) continue;
      this.#started.add(informer);
      void informer.run(this.#kube, this.#signal, (error) => this.#onError(informer.kind, error));
    }
  }

  /** Says of which kinds the first list has not come yet. */
  unsynced(): string | undefined {
    const kinds = this.#informers.filter((informer) => !informer.isSynced).map(({ kind }) => kind.plural);
    if (kinds.length === 0) return undefined;
    return `Waiting for ${this.#kube.server} to list ${[...new Set(kinds)].join(", ")}`;
  }

  /** Grows when the server's versions begin anew: none from before says anything about one from after. */
  get epoch(): number {
    return this.#informers.reduce((sum, informer) => sum + informer.epoch, 0);
  }

  /** True where some informer follows such objects. */
  follows(object: Resource): boolean {
    return this.#informers.some((informer) => covers(informer, object));
  }

  /**
   * The last seen version of an object, where some informer follows it. Nothing where they have not all seen the same:
   * one watch is ahead of another, and only the one that has seen a change wakes who must answer it.
   */
  version(object: Resource): string | undefined {
    const key = keyOf(object);
    const seen = this.#informers
      .filter((informer) => covers(informer, object))
      // One that follows some by their labels may well not know of it.
      .filter((informer) => !informer.scope.labels || informer.version(key) !== undefined)
      .map((informer) => informer.version(key));
    return seen.every((version) => version === seen[0]) ? seen[0] : undefined;
  }
}

const covers = ({ kind, scope }: Informer<Resource>, object: Resource) =>
  kind.kind === object.kind &&
  kind.apiVersion === object.apiVersion &&
  (scope.namespace === undefined || scope.namespace === object.metadata?.namespace);

const nameOf = (kind: Kind, { namespace = "", labels = {} }: Scope) =>
  `${kind.apiVersion}/${kind.kind} ${namespace} ${JSON.stringify(Object.entries(labels).sort())}`;
