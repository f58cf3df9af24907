import type { CallOptions, Kube } from "./kube.ts";
import { overrideKube } from "./override-kube.ts";

/** A client whose requests, while they can be given up, are so by the signal, and whose writes need to be admitted. */
export function boundedKube(kube: Kube, bounds: CallOptions): Kube {
  return overrideKube(kube, {
    get: (kind, name, namespace, options) => kube.get(kind, name, namespace, within(bounds, options)),
    list: (kind, options) => kube.list(kind, within(bounds, options)),
    create: (object, options) => kube.create(object, within(bounds, options)),
    replace: (object, options) => kube.replace(object, within(bounds, options)),
    apply: (object, options) => kube.apply(object, within(bounds, options)),
    patch: (kind, name, namespace, patch, options) => kube.patch(kind, name, namespace, patch, within(bounds, options)),
    delete: (kind, name, namespace, options) => kube.delete(kind, name, namespace, within(bounds, options)),
    request: (method, path, options) =>
      kube.request(method, path, within(isReading(method) ? { signal: bounds.signal } : bounds, options)),
  });
}

const isReading = (method: string) => method === "GET" || method === "HEAD";

function within<O extends CallOptions>(bounds: CallOptions, options: O | undefined): O {
  const signals = [bounds.signal, options?.signal].filter((signal) => signal !== undefined);
  const admits = [bounds.admit, options?.admit].filter((admit) => admit !== undefined);
  return {
    ...options,
    ...(signals.length > 0 && { signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0] }),
    ...(admits.length > 0 && { admit: () => firstOf(admits) }),
  } as O;
}

function firstOf(admits: (() => Error | undefined)[]): Error | undefined {
  for (const admit of admits) {
    const refusal = admit();
    if (refusal) return refusal;
  }
}
