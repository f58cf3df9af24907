import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { contentHashes } from "../../control-plane/content-hashes.ts";
import type { Context } from "../../kube/controller.ts";
import { ConfigMap, Secret } from "../../kube/kinds.ts";
import type { Options } from "./options.ts";
import type { Pass } from "./pass.ts";

/** Reads what the steps share. */
export async function lookAt(hcp: HostedControlPlane, context: Context, options: Options): Promise<Pass> {
  const { namespace } = options;
  const [secrets, configMaps, route] = await Promise.all([
    context.kube.list(Secret, { namespace }),
    context.kube.list(ConfigMap, { namespace }),
    context.kube.kindOf("route.openshift.io/v1", "Route"),
  ]);
  return {
    ...context,
    hcp,
    options,
    namespace,
    secrets,
    configMaps,
    keysSeenTo: false,
    writing: new Map(),
    contents: { ...hashes("Secret", secrets), ...hashes("ConfigMap", configMaps) },
    routes: route !== undefined,
    endpoints: {},
    workloads: new Map(),
    states: new Map(),
    waits: [],
  };
}

/** The hashes of these objects' content, by `kind/name` and `kind/name/key`. */
export function hashes(kind: "Secret" | "ConfigMap", objects: readonly (Secret | ConfigMap)[]): Record<string, string> {
  return Object.assign({}, ...objects.map((object) => contentHashes(kind, object)));
}
