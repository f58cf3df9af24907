import type { Log } from "./controller.ts";
import type { Kind } from "./kind.ts";
import type { Kube, ListOptions } from "./kube.ts";
import type { Resource } from "./resource.ts";
import { keyOf } from "./watch.ts";

export interface FollowOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** Told after each change, and when the server refuses to be followed or does so no longer. */
  onChange: () => void;
}

/** The objects of a kind in memory, as last seen. */
export interface Followed<R extends Resource> {
  objects: () => R[];
  /** Resolves when the first list is complete. */
  synced: Promise<void>;
  /** Why the server cannot be followed now. */
  failure: () => Error | undefined;
}

/** Follows the objects of one kind until the signal aborts, for who is no controller: those have their informers. */
export function follow<R extends Resource>(
  kind: Kind<R>,
  { kube, log, signal, onChange }: FollowOptions,
  scope: Pick<ListOptions, "namespace" | "labels"> = {},
): Followed<R> {
  const known = new Map<string, R>();
  let failure: Error | undefined;
  const fails = (error: Error | undefined) => {
    const isNews = failure?.message !== error?.message;
    failure = error;
    if (isNews) onChange();
  };
  const synced = new Promise<void>((resolve) => {
    void kube.watch(kind, {
      ...scope,
      signal,
      synced: resolve,
      onError(error) {
        log.warn({ kind: kind.kind, error }, "watch interrupted");
        fails(error);
      },
      recovered: () => fails(undefined),
      onEvent({ type, object }) {
        if (type === "DELETED") known.delete(keyOf(object));
        else known.set(keyOf(object), object);
        onChange();
      },
    });
  });
  return { objects: () => [...known.values()], synced, failure: () => failure };
}
