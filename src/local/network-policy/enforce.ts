import type { Log } from "../../kube/controller.ts";
import type { Kind } from "../../kube/kind.ts";
import { Namespace, NetworkPolicy, Pod } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { pause } from "../../kube/pause.ts";
import type { Resource } from "../../kube/resource.ts";
import { keyOf } from "../../kube/watch.ts";
import { rules } from "./rules.ts";

export interface EnforceOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** Gives the kernel new rules for the old ones, all at once. */
  program: (text: string) => Promise<void>;
}

const pauseAfterFailureMs = 1000;

/**
 * Has the kernel enforce the cluster's NetworkPolicies until the signal aborts, and leaves the last rules standing then.
 * Nothing is programmed before everything was seen once: rules made from a part would cut off what is allowed.
 */
export async function enforceNetworkPolicies({ kube, log, signal, program }: EnforceOptions): Promise<void> {
  let wake = () => {};
  const changed = () => wake();
  const follow = <R extends Resource>(kind: Kind<R>) => followKind(kind, { kube, log, signal, changed });
  const [pods, namespaces, policies] = [follow(Pod), follow(Namespace), follow(NetworkPolicy)];
  await Promise.race([Promise.all([pods, namespaces, policies].map(({ synced }) => synced)), aborted(signal)]);
  let last = "";
  while (!signal.aborted) {
    const change = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const text = rules({ pods: pods.objects(), namespaces: namespaces.objects(), policies: policies.objects() });
    if (text === last) {
      await Promise.race([change, aborted(signal)]);
      continue;
    }
    try {
      await program(text);
      last = text;
    } catch (error) {
      log.error({ error }, "network policies could not be programmed");
      await pause(pauseAfterFailureMs, signal).catch(() => {});
    }
  }
}

interface Following {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  changed: () => void;
}

function followKind<R extends Resource>(kind: Kind<R>, { kube, log, signal, changed }: Following) {
  const known = new Map<string, R>();
  const synced = new Promise<void>((resolve) => {
    void kube.watch(kind, {
      signal,
      synced: resolve,
      onError: (error) => log.warn({ kind: kind.kind, error }, "watch interrupted"),
      onEvent({ type, object }) {
        if (type === "DELETED") known.delete(keyOf(object));
        else known.set(keyOf(object), object);
        changed();
      },
    });
  });
  return { objects: () => [...known.values()], synced };
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
