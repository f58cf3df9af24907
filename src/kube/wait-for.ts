import type { Kind } from "./kind.ts";
import type { Kube } from "./kube.ts";
import type { Resource } from "./resource.ts";

export interface WaitForOptions {
  namespace?: string;
  /** 30 s where absent. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** What is waited for, after "to": "be available". */
  what?: string;
  /** What to say of the last state where it did not come: its conditions, by default. */
  describe?: (object: Resource | undefined) => string;
}

/** Follows one object until the condition holds, and gives it. Rejects with its last state when the time is over. */
export function waitFor<R extends Resource>(
  kube: Kube,
  kind: Kind<R>,
  name: string,
  condition: (object: R) => boolean,
  options: WaitForOptions = {},
): Promise<R> {
  return follow(kube, kind, name, options, (object) => (object && condition(object) ? { value: object } : undefined));
}

/** Follows one object until it is gone. */
export async function waitForGone(kube: Kube, kind: Kind, name: string, options: WaitForOptions = {}): Promise<void> {
  await follow(kube, kind, name, { what: "be gone", ...options }, (object, isComplete) =>
    !object && isComplete ? { value: undefined } : undefined,
  );
}

/** `isComplete`: the server was asked, so that no object means that there is none. */
type Check<R, V> = (object: R | undefined, isComplete: boolean) => { value: V } | undefined;

function follow<R extends Resource, V>(
  kube: Kube,
  kind: Kind<R>,
  name: string,
  options: WaitForOptions,
  check: Check<R, V>,
): Promise<V> {
  const { namespace, timeoutMs = 30_000, signal, what = "get there", describe = describeConditions } = options;
  const stop = new AbortController();
  let last: R | undefined;
  let trouble: Error | undefined;
  let synced = false;

  return new Promise<V>((resolve, reject) => {
    const timer = setTimeout(() => {
      const where = namespace ? `${namespace}/${name}` : name;
      const seen = trouble && !synced ? trouble.message : describe(last);
      fail(new Error(`Waited ${timeoutMs / 1000} s for ${kind.kind} ${where} to ${what}: ${seen}`));
    }, timeoutMs);
    const onAbort = () => fail(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });

    function finish() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      stop.abort();
    }
    function fail(error: unknown) {
      finish();
      reject(error);
    }
    function look() {
      if (stop.signal.aborted) return;
      try {
        const found = check(last, synced);
        if (!found) return;
        finish();
        resolve(found.value);
      } catch (error) {
        fail(error);
      }
    }
    if (signal?.aborted) return onAbort();
    void kube.watch(kind, {
      namespace,
      fields: { "metadata.name": name },
      signal: stop.signal,
      onError: (error) => {
        trouble = error;
      },
      synced: () => {
        synced = true;
        look();
      },
      onEvent: ({ type, object }) => {
        last = type === "DELETED" ? undefined : object;
        look();
      },
    });
  });
}

interface Conditioned extends Resource {
  status?: { conditions?: { type: string; status: string; message?: string }[]; phase?: string };
}

function describeConditions(object: Resource | undefined): string {
  if (!object) return "there is none of that name";
  const { conditions = [], phase } = (object as Conditioned).status ?? {};
  const said = conditions.map(({ type, status, message }) => `${type}=${status}${message ? ` (${message})` : ""}`);
  return said.join(", ") || (phase ? `its phase is ${phase}` : "it has no conditions");
}
