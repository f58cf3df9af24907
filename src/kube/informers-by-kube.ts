import type { Log } from "./controller.ts";
import { Informers } from "./informer.ts";
import type { Kind } from "./kind.ts";
import type { Kube } from "./kube.ts";

/** What follows each API server, once for all controllers that are given the same. */
export interface InformersByKube {
  of: (kube: Kube) => Informers;
  /** Those of every server that was asked for. */
  all: () => Iterable<Informers>;
  has: (kube: Kube) => boolean;
}

/**
 * Informers that follow until the signal aborts. Servers that `shared` follows are followed by that alone, which may go
 * on for longer.
 */
export function informersByKube({
  log,
  signal,
  shared,
}: {
  log: Log;
  signal: AbortSignal;
  shared?: InformersByKube;
}): InformersByKube {
  const known = new Map<Kube, Informers>();
  return {
    of(kube) {
      const informers = known.get(kube) ?? (shared?.has(kube) ? shared.of(kube) : informersOf(kube, log, signal));
      known.set(kube, informers);
      return informers;
    },
    all: () => known.values(),
    has: (kube) => known.has(kube),
  };
}

function informersOf(kube: Kube, log: Log, signal: AbortSignal): Informers {
  const said = new Map<Kind, string>();
  return new Informers(kube, signal, (kind, error) => {
    if (said.get(kind) === error.message) return;
    said.set(kind, error.message);
    log.warn({ kind: kind.kind, server: kube.server, error }, "watch interrupted");
  });
}
