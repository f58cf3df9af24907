import type { Resource } from "../../kube/resource.ts";
import type { InstallFacts } from "./facts.ts";

/** A ServiceAccount whose pods may pull with the pull secret that was given. */
export function serviceAccount(name: string, { namespace, pullSecret }: InstallFacts): Resource {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace },
    ...(pullSecret ? { imagePullSecrets: [{ name: "pull-secret" }] } : {}),
  } as Resource;
}
