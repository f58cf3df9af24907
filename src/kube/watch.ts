import type { Readable } from "node:stream";
import { ApiError } from "./api-error.ts";
import { isNewer } from "./is-newer.ts";
import type { WatchEvent, WatchOptions } from "./kube.ts";
import { pause as waitBetween } from "./pause.ts";
import type { Resource } from "./resource.ts";

export interface Page<R> {
  items: R[];
  resourceVersion: string;
}

/** What a watch asks of the server. */
export interface WatchSource<R extends Resource> {
  /** All objects, or nothing where the server does not serve the kind. */
  list(): Promise<Page<R> | undefined>;
  /** The version of such a list at this moment. */
  version(): Promise<string | undefined>;
  /** The events after a version. Rejects with an ApiError of status 410 where that is too old. */
  follow(resourceVersion: string, timeoutSeconds: number): Promise<Readable>;
}

interface RawEvent<R extends Resource> {
  type: WatchEvent<R>["type"] | "BOOKMARK" | "ERROR";
  object: R & { code?: number; message?: string };
}

const firstPauseMs = 100;
const longestPauseMs = 10_000;
const longestPauseUnservedMs = 30_000;
/** A watch that lasted for so long was none that fails again and again. */
const steadyMs = 10_000;

/** Follows one list of objects until the signal aborts: lists, follows, resumes, and lists again where it must. */
export async function watch<R extends Resource>(
  source: WatchSource<R>,
  options: WatchOptions<R>,
  pause = waitBetween,
): Promise<void> {
  const { signal } = options;
  /** A fault of who listens must neither end the watch nor go unseen. */
  const onEvent = (event: WatchEvent<R>) => {
    try {
      options.onEvent(event);
    } catch (error) {
      options.onError?.(error as Error);
    }
  };
  /** The version last given of each object: what a new list lacks was deleted, what it repeats is no news. */
  const known = new Map<string, string | undefined>();
  let position: string | undefined;
  let highest = "";
  let pauseMs = firstPauseMs;
  let unservedPauseMs = firstPauseMs;
  let wasInterrupted = false;
  let synced = options.synced;
  let isFailing = false;

  while (!signal.aborted) {
    let openedAt: number | undefined;
    try {
      // A server that was restored while it was away gives no event until its versions have come that far again.
      if (wasInterrupted && position !== undefined && isNewer(position, (await source.version()) ?? "")) {
        position = undefined;
      }
      wasInterrupted = false;
      if (position === undefined) {
        const page = await source.list();
        signal.throwIfAborted();
        if (page && isNewer(highest, page.resourceVersion)) {
          for (const key of known.keys()) known.set(key, undefined);
          options.startsOver?.();
        }
        // A kind that is not served, if only for a moment, says nothing about the objects that were there.
        if (page) compare(page.items, known, onEvent);
        options.listed?.(page?.resourceVersion);
        synced?.();
        synced = undefined;
        if (!page) {
          // Not to serve a kind is an answer: what failed before does so no longer.
          if (isFailing) options.recovered?.();
          isFailing = false;
          await pause(jitter(unservedPauseMs), signal);
          unservedPauseMs = Math.min(unservedPauseMs * 2, longestPauseUnservedMs);
          continue;
        }
        unservedPauseMs = firstPauseMs;
        position = page.resourceVersion;
        highest = position;
      }
      const timeoutSeconds = 300 + Math.floor(Math.random() * 300);
      const stream = await source.follow(position, timeoutSeconds);
      openedAt = performance.now();
      if (isFailing) options.recovered?.();
      isFailing = false;
      for await (const event of eventsOf<R>(stream)) {
        signal.throwIfAborted();
        if (event.type === "ERROR") {
          throw new ApiError("follow", event.object.code ?? 500, JSON.stringify(event.object));
        }
        pauseMs = firstPauseMs;
        position = event.object.metadata?.resourceVersion ?? position;
        highest = position;
        if (event.type === "BOOKMARK") continue;
        remember(known, event.type, event.object);
        onEvent(event as WatchEvent<R>);
      }
      const lastedMs = performance.now() - openedAt;
      // A server that was killed may end a watch like one whose time is over.
      wasInterrupted = lastedMs < (timeoutSeconds - 1) * 1000;
      // A server that ends each watch at once must not be asked in a tight loop.
      if (lastedMs < 1000) await pause(jitter(1000), signal);
      else pauseMs = firstPauseMs;
    } catch (error) {
      if (signal.aborted) return;
      const status = error instanceof ApiError ? error.status : undefined;
      if (openedAt !== undefined && performance.now() - openedAt > steadyMs) pauseMs = firstPauseMs;
      wasInterrupted ||= status === undefined;
      if (status === 410 || status === 404) position = undefined;
      // That a stream is cut, or its position too old, is ordinary: it is news where the next attempt fails as well.
      const isOrdinary = status === 410 || (openedAt !== undefined && status === undefined);
      const isRepeated = pauseMs > firstPauseMs;
      if (status !== 404 && (!isOrdinary || (status === 410 && isRepeated))) {
        isFailing = true;
        options.onError?.(error as Error);
      }
      if (status !== 410 || isRepeated) await pause(jitter(pauseMs), signal).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }
}

function compare<R extends Resource>(
  items: R[],
  known: Map<string, string | undefined>,
  onEvent: (event: WatchEvent<R>) => void,
): void {
  const gone = new Set(known.keys());
  for (const object of items) {
    const key = keyOf(object);
    const version = object.metadata?.resourceVersion;
    const type = gone.delete(key) ? "MODIFIED" : "ADDED";
    if (type === "MODIFIED" && known.get(key) === version) continue;
    known.set(key, version);
    onEvent({ type, object });
  }
  for (const key of gone) {
    known.delete(key);
    const [name, namespace] = key.split("/").reverse();
    onEvent({ type: "DELETED", object: { metadata: { name, namespace } } as R });
  }
}

function remember<R extends Resource>(known: Map<string, string | undefined>, type: string, object: R): void {
  if (type === "DELETED") known.delete(keyOf(object));
  else known.set(keyOf(object), object.metadata?.resourceVersion);
}

async function* eventsOf<R extends Resource>(stream: Readable): AsyncGenerator<RawEvent<R>> {
  stream.setEncoding("utf8");
  let parts: string[] = [];
  for await (const chunk of stream as AsyncIterable<string>) {
    let start = 0;
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", start)) {
      parts.push(chunk.slice(start, end));
      start = end + 1;
      const line = parts.join("");
      parts = [];
      if (line) yield JSON.parse(line) as RawEvent<R>;
    }
    if (start < chunk.length) parts.push(chunk.slice(start));
  }
}

/** `namespace/name`, or `name` for objects outside namespaces. */
export function keyOf(object: Resource): string {
  const { namespace, name = "" } = object.metadata ?? {};
  return namespace ? `${namespace}/${name}` : name;
}

const jitter = (ms: number) => ms * (0.75 + Math.random() / 2);
