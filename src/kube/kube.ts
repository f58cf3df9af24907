import type { Kind } from "./kind.ts";
import type { Resource } from "./resource.ts";

/** What can be said with any request. */
export interface CallOptions {
  /** Gives the request up. */
  signal?: AbortSignal;
  /** Asked each time just before a write is sent: why it must not be. */
  admit?: () => Error | undefined;
}

/** Of what is read in a pass of a controller. */
export interface ReadOptions extends CallOptions {
  /**
   * Asks the server also where the controller keeps the kind in memory (`Watch.keep`): for what decides that something
   * is made, taken over or called healthy.
   */
  live?: boolean;
}

export interface GetOptions extends ReadOptions {
  /** Nothing, not an error, where the server does not serve the kind: only for what it may well do without. */
  optional?: boolean;
}

/** For lists that others can make as large as they like. They are read in short pages then. */
export interface Picking<R extends Resource> {
  /** What to keep of each object; metadata has to stay as far as it tells objects and versions apart. */
  pick?: (object: R) => R;
}

export interface ListOptions extends ReadOptions {
  /** All namespaces where absent. */
  namespace?: string;
  labels?: Record<string, string>;
  /** As in the API's `fieldSelector`: `{ "metadata.name": "demo" }`. */
  fields?: Record<string, string>;
  /** Only `metadata` of each object, for who does not need the rest. */
  metadataOnly?: boolean;
  /** An empty list, not an error, where the server does not serve the kind: only for what it may well do without. */
  optional?: boolean;
}

export interface WatchOptions<R extends Resource> extends ListOptions, Picking<R> {
  signal: AbortSignal;
  onEvent: (event: WatchEvent<R>) => void;
  /**
   * The server's versions began anew, as when its etcd was restored from a backup: those of before say nothing about
   * those to come. Every present object is given again after this, as ADDED or MODIFIED.
   */
  startsOver?: () => void;
  /** Every object of the first list was given. */
  synced?: () => void;
  /** Every object of a list was given: its version, or nothing where the server does not serve the kind. */
  listed?: (resourceVersion: string | undefined) => void;
  /** The server refused or was away; the watch goes on trying. */
  onError?: (error: Error) => void;
  /** After `onError`: the server follows again, or says that it does not serve the kind. */
  recovered?: () => void;
}

export interface ApplyOptions extends CallOptions {
  /** Whose fields these are; the client's own name where absent. Conflicts are always forced. */
  fieldManager?: string;
  /** `status` applies the status subresource. */
  subresource?: "status" | "scale";
  dryRun?: boolean;
}

export interface WriteOptions extends CallOptions {
  /** `status` writes the status subresource. */
  subresource?: "status";
  /** Checks and answers as usual, and keeps nothing. */
  dryRun?: boolean;
}

export interface DeleteOptions extends CallOptions {
  propagation?: "Background" | "Foreground" | "Orphan";
  /** Refuse the deletion where the object is another one by now. */
  uid?: string;
  /** How long a pod may take to end, in place of what it says itself. */
  gracePeriodSeconds?: number;
}

export interface PatchOptions extends CallOptions {
  /** Merge where absent. */
  type?: PatchType;
  /** `status`, `approval`, `scale` and the like. */
  subresource?: string;
}

export interface RequestOptions extends CallOptions {
  body?: unknown;
  /** For an answer by somebody who is not trusted to keep it short: a longer one is an error, and not read on. */
  maxBytes?: number;
  headers?: Record<string, string>;
}

export type PatchType = "merge" | "json" | "strategic";

export interface WatchEvent<R extends Resource> {
  type: "ADDED" | "MODIFIED" | "DELETED";
  object: R;
}

/**
 * A Kubernetes API server, as controllers and commands use it. Every method rejects with `ApiError` (`./api-error.ts`)
 * where the server answers with an error, and with an Error that names the server where it does not answer at all.
 */
export interface Kube {
  /** The server's address, for messages: `https://host:port`. */
  readonly server: string;
  /**
   * The object, or nothing where the server has none of that name. An error (`NotServed`) where it does not serve the
   * kind, if only for a moment, as of all methods: that says nothing about the object.
   */
  get<R extends Resource>(
    kind: Kind<R>,
    name: string,
    namespace?: string,
    options?: GetOptions,
  ): Promise<R | undefined>;
  /** All matching objects, page by page. */
  list<R extends Resource>(kind: Kind<R>, options?: ListOptions & Picking<R>): Promise<R[]>;
  create<R extends Resource>(object: R, options?: Omit<WriteOptions, "subresource">): Promise<R>;
  /** Writes the whole object; fails with a conflict where `metadata.resourceVersion` is not the current one. */
  replace<R extends Resource>(object: R, options?: WriteOptions): Promise<R>;
  /** Server-side apply: makes the fields given so, and drops those that this field manager gave before. */
  apply<R extends Resource>(object: R, options?: ApplyOptions): Promise<R>;
  patch<R extends Resource>(
    kind: Kind<R>,
    name: string,
    namespace: string | undefined,
    patch: unknown,
    options?: PatchOptions,
  ): Promise<R>;
  /** True where an object was there to delete. */
  delete(kind: Kind, name: string, namespace?: string, options?: DeleteOptions): Promise<boolean>;
  /**
   * Lists, then follows: every present object comes as ADDED, then `synced` is called, then changes follow. Lost
   * connections are resumed from the last bookmark, and re-listed where that is too old (what is gone by then comes as
   * DELETED, with its metadata.name and namespace only). A kind that the server has not served yet counts as empty until
   * it does; of one that it no longer serves, the objects stay as they were. Resolves when `signal` aborts; never rejects.
   */
  watch<R extends Resource>(kind: Kind<R>, options: WatchOptions<R>): Promise<void>;
  /** The kind that the server serves under these names (from discovery, remembered), or nothing. */
  kindOf(apiVersion: string, kind: string): Promise<Kind | undefined>;
  /** A request to any path, for `/readyz`, `/version`, pod logs and the like. */
  request(method: string, path: string, options?: RequestOptions): Promise<{ status: number; body: string }>;
  /** Closes idle connections, so that a short-lived process can end. */
  close(): void;
}
