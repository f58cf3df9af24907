import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { contentHashes } from "../../control-plane/content-hashes.ts";
import { Route, usesRoutes } from "../../control-plane/endpoints.ts";
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
    usesRoutes(hcp.spec) ? context.kube.kindOf(Route.apiVersion, Route.kind) : undefined,
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
    applied: new Set(),
    held: new Map(),
    waits: [],
  };
}

/** Reads the Secrets again, from the server itself: nothing is signed or called lost because a watch is late. */
export async function lookAtSecretsAgain(pass: Pass): Promise<void> {
  pass.secrets = await pass.kube.list(Secret, { namespace: pass.namespace, live: true });
  const others = Object.entries(pass.contents).filter(([name]) => !name.startsWith("Secret/"));
  pass.contents = { ...Object.fromEntries(others), ...hashes("Secret", pass.secrets) };
}

/** The hashes of these objects' content, by `kind/name` and `kind/name/key`. */
export function hashes(kind: "Secret" | "ConfigMap", objects: readonly (Secret | ConfigMap)[]): Record<string, string> {
  return Object.assign({}, ...objects.map((object) => contentHashes(kind, object)));
}
