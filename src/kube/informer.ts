import type { Check } from "./health.ts";
import { isNewer } from "./is-newer.ts";
import type { Kind } from "./kind.ts";
import type { Kube } from "./kube.ts";
import { OwnWrites } from "./own-writes.ts";
import type { Resource } from "./resource.ts";
import { Room } from "./room.ts";
import { keyOf } from "./watch.ts";

/** What to follow. */
export interface Scope {
  namespace?: string;
  labels?: Record<string, string>;
}

export interface InformerOptions extends Scope {
  /**
   * Keep whole objects, for `get` and `list`; `bounded` those for which there is room. Of others only their versions are
   * kept.
   */
  keep?: boolean | "bounded";
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
  /** Where it is bounded what is kept: from where each takes its room. */
  readonly #room?: Room;
  /** The room that was given to each. */
  readonly #sizes = new Map<string, number>();
  /** Those that had no room, and are there all the same. */
  readonly #unkept = new Set<string>();
  #started = false;
  #isSynced = false;
  /** A list was given, and the kind is served. */
  #isListed = false;
  /** The server cannot be followed now. */
  #isFailing = false;
  #epoch = 0;
  /** How far the watch has come. */
  #position = "";
  #markSynced: () => void = () => {};
  readonly #objects = new Map<string, R>();
  readonly #versions = new Map<string, string>();
  readonly #ownWrites = new OwnWrites<R>();
  readonly #listeners = new Set<Listener<R>>();

  constructor(kind: Kind<R>, scope: Scope, { pick, room }: Pick<InformerOptions, "pick"> & { room?: Room } = {}) {
    this.kind = kind;
    this.scope = scope;
    this.#pick = pick;
    this.#room = room;
    this.synced = new Promise((resolve) => (this.#markSynced = resolve));
  }

  /** How often the server's versions began anew. */
  get epoch(): number {
    return this.#epoch;
  }

  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** True where this follows what is asked for already, and can tell of all that is known, or will when started. */
  offers({ keep, metadataOnly, pick }: InformerOptions): boolean {
    if (pick !== this.#pick || (keep === "bounded") !== Boolean(this.#room)) return false;
    return !this.#started || (!this.#room && this.#keep && (metadataOnly || !this.#metadataOnly));
  }

  require({ keep, metadataOnly }: InformerOptions): void {
    if (keep) this.#keep = true;
    if (!metadataOnly) this.#metadataOnly = false;
  }

  /** The object as last seen. Shared by all who read it: copy it before changing it. */
  get(key: string): R | undefined {
    const object = this.#objects.get(key);
    return object && (this.#ownWrites.get(key) ?? object);
  }

  /** All objects as last seen. */
  list(): R[] {
    return [...this.#objects.values()];
  }

  /** The last seen `resourceVersion` of an object. */
  version(key: string): string | undefined {
    if (this.#ownWrites.isUncertain(key)) return undefined;
    return this.#ownWrites.get(key)?.metadata?.resourceVersion ?? this.#versions.get(key);
  }

  /**
   * The object, at least as new as what was written by this process. Nothing where the server has to be asked: the watch
   * may be late. Shared by all who read it: copy it before changing it.
   */
  whole(key: string): R | undefined {
    if (this.#pick || !this.#isKnown || this.#ownWrites.isUncertain(key)) return undefined;
    return this.#ownWrites.get(key) ?? this.#objects.get(key);
  }

  /**
   * All objects, or those of a namespace and perhaps others, in the order of their keys, likewise; where only a part of
   * each is kept, for who asks for that part.
   */
  all({ pick, namespace }: Pick<InformerOptions, "pick" | "namespace"> = {}): R[] | undefined {
    if ((this.#pick && pick !== this.#pick) || !this.#isKnown || this.#ownWrites.areUncertain) return undefined;
    for (const key of this.#unkept) if (namespace === undefined || key.startsWith(`${namespace}/`)) return undefined;
    const keys = [...new Set([...this.#objects.keys(), ...this.#ownWrites.keys])].sort();
    return keys.flatMap((key) => this.#ownWrites.get(key) ?? this.#objects.get(key) ?? []);
  }

  get #isKnown(): boolean {
    return this.#keep && this.#isListed && !this.#isFailing;
  }

  /** Takes the answer to a write of this process, for reading, until the watch brings it. Wakes nobody: the watch will. */
  wrote(key: string, object: R): void {
    const version = object.metadata?.resourceVersion ?? "";
    const seen = this.#versions.get(key);
    // What was seen already, or is gone by now.
    if (!isNewer(version, seen ?? this.#position)) return;
    this.#ownWrites.write(key, this.#pick ? this.#pick(structuredClone(object)) : object);
  }

  /** The uid of what is known under a key, to tell `deleted` what was meant. */
  uid(key: string): string | undefined {
    return (this.#ownWrites.get(key) ?? this.#objects.get(key))?.metadata?.uid;
  }

  /** This process deleted the object: whether it is there still, only the server knows until the watch tells. */
  deleted(key: string, uid: string | undefined): void {
    const known = this.#ownWrites.get(key) ?? this.#objects.get(key);
    if (!known || known.metadata?.uid !== uid || known.metadata?.deletionTimestamp) return;
    this.#ownWrites.delete(key, uid);
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
    this.#ownWrites.seen(key, { version: object.metadata?.resourceVersion ?? "", object });
    for (const listener of this.#listeners) if (listener !== writer) listener(key, object);
  }

  /** Follows the server until the signal aborts. */
  async run(kube: Kube, signal: AbortSignal, onError: (error: Error) => void): Promise<void> {
    this.#started = true;
    await kube.watch(this.kind, {
      ...this.scope,
      metadataOnly: this.#metadataOnly,
      // Cut as they come, page by page, not only when all of a list is there.
      pick: this.#room ? this.#cut : this.#pick,
      signal,
      onError: (error) => {
        this.#isFailing = true;
        onError(error);
      },
      recovered: () => {
        this.#isFailing = false;
      },
      listed: (resourceVersion) => {
        // Of a kind that is not served, if only for a moment, nothing is known.
        this.#isListed = resourceVersion !== undefined;
        this.#position = resourceVersion ?? "";
        if (resourceVersion !== undefined) this.#ownWrites.seenAll(resourceVersion);
      },
      synced: () => {
        this.#isSynced = true;
        this.#markSynced();
      },
      startsOver: () => {
        this.#epoch++;
        this.#position = "";
        this.#versions.clear();
        this.#ownWrites.clear();
      },
      onEvent: ({ type, object }) => {
        const key = keyOf(object);
        const version = object.metadata?.resourceVersion ?? "";
        this.#isFailing = false;
        if (isNewer(version, this.#position)) this.#position = version;
        this.#ownWrites.seen(key, { version, object: type === "DELETED" ? undefined : object });
        if (type === "DELETED") {
          this.#objects.delete(key);
          this.#unkept.delete(key);
          this.#giveBack(key);
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
    if (!this.#keep) return;
    if (!this.#room || this.#sizes.has(key)) {
      this.#objects.set(key, object);
      this.#unkept.delete(key);
    } else {
      this.#objects.delete(key);
      this.#unkept.add(key);
    }
  }

  /** What there is room for, or else what tells listeners of it. */
  readonly #cut = (whole: R): R => {
    const object: R = this.#pick ? this.#pick(whole) : whole;
    if (object.metadata) delete (object.metadata as { managedFields?: unknown }).managedFields;
    const key = keyOf(object);
    const size = JSON.stringify(object).length;
    if (this.#room?.take(size, this.#sizes.get(key) ?? 0)) {
      this.#sizes.set(key, size);
      return object;
    }
    this.#sizes.delete(key);
    return outlineOf(object);
  };

  #giveBack(key: string): void {
    this.#room?.take(0, this.#sizes.get(key) ?? 0);
    this.#sizes.delete(key);
  }
}

const mostOfMetadata = 4096;

/** Enough to tell an object and its version, and its metadata where somebody has not made that large as well. */
function outlineOf<R extends Resource>({ metadata = {} }: R): R {
  const { name, namespace, uid, resourceVersion, deletionTimestamp } = metadata;
  const isSmall = JSON.stringify(metadata).length <= mostOfMetadata;
  return { metadata: isSmall ? metadata : { name, namespace, uid, resourceVersion, deletionTimestamp } } as R;
}

/** The informers of one process on one API server: one per kind, namespace and labels, whoever asks. */
export class Informers {
  readonly #kube: Kube;
  readonly #signal: AbortSignal;
  readonly #onError: (kind: Kind, error: Error) => void;
  readonly #informers: Informer<Resource>[] = [];
  readonly #started = new Set<Informer<Resource>>();
  /** One for all kinds. */
  readonly #room = new Room();

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
    const room = options.keep === "bounded" ? this.#room : undefined;
    const informer = present ?? new Informer<Resource>(kind as Kind, scope, { pick: options.pick, room });
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

  /** A check that says of which kinds the first list has not come yet; not of those that somebody follows later. */
  syncCheck(): Check {
    const followed = [...this.#informers];
    return () => {
      const kinds = followed.filter((informer) => !informer.isSynced).map(({ kind }) => kind.plural);
      if (kinds.length === 0) return undefined;
      return `Waiting for ${this.#kube.server} to list ${[...new Set(kinds)].join(", ")}`;
    };
  }

  /** Grows when the server's versions begin anew: none from before says anything about one from after. */
  get epoch(): number {
    return this.#informers.reduce((sum, informer) => sum + informer.epoch, 0);
  }

  /** Takes the answer to a write of this process for what it reads next. */
  wrote(object: Resource): void {
    const { managedFields: _, ...metadata } = (object.metadata ?? {}) as { managedFields?: unknown };
    const copy = structuredClone({ ...object, metadata });
    for (const informer of this.#informers) {
      if (covers(informer, object) && isSelected(informer, object)) informer.wrote(keyOf(object), copy);
    }
  }

  /** Runs a deletion, and knows no more of the object then. */
  async deleting(object: Resource, work: () => Promise<boolean>): Promise<boolean> {
    const key = keyOf(object);
    const concerned = this.#informers.filter((informer) => covers(informer, object));
    const uids = concerned.map((informer) => informer.uid(key));
    const wasThere = await work();
    for (const [index, informer] of concerned.entries()) informer.deleted(key, uids[index]);
    return wasThere;
  }

  /**
   * The object from memory, where it is kept whole and no watch has seen a newer one; nothing where the server has to be
   * asked. Shared by all who read it.
   */
  whole<R extends Resource>(object: R): R | undefined {
    const key = keyOf(object);
    const concerned = this.#informers.filter((informer) => covers(informer, object));
    const [first, ...others] = concerned.flatMap((informer) => informer.whole(key) ?? []);
    const newest = others.reduce(
      (one, other) => (isNewer(versionOf(other), versionOf(one ?? {})) ? other : one),
      first,
    );
    if (!newest) return undefined;
    const isBehind = concerned.some((informer) => isNewer(informer.version(key) ?? "", versionOf(newest)));
    return isBehind ? undefined : (newest as R);
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

const isSelected = ({ scope }: Informer<Resource>, { metadata }: Resource) =>
  Object.entries(scope.labels ?? {}).every(([label, value]) => metadata?.labels?.[label] === value);

const versionOf = (object: Resource) => object.metadata?.resourceVersion ?? "";

const nameOf = (kind: Kind, { namespace = "", labels = {} }: Scope) =>
  `${kind.apiVersion}/${kind.kind} ${namespace} ${JSON.stringify(Object.entries(labels).sort())}`;
