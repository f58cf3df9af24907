import type { Kube } from "./kube.ts";

/** A client that does some things in another way, and everything else as the given one. */
export function overrideKube(kube: Kube, methods: Partial<Kube>): Kube {
  return {
    // It changes where the client gets another kubeconfig.
    get server() {
      return kube.server;
    },
    get: (...call) => kube.get(...call),
    list: (...call) => kube.list(...call),
    create: (object, options) => kube.create(object, options),
    replace: (object, options) => kube.replace(object, options),
    apply: (...call) => kube.apply(...call),
    patch: (...call) => kube.patch(...call),
    delete: (...call) => kube.delete(...call),
    watch: (...call) => kube.watch(...call),
    kindOf: (...call) => kube.kindOf(...call),
    request: (...call) => kube.request(...call),
    close: () => kube.close(),
    ...methods,
  };
}
