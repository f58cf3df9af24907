import type { Secret } from "../../kube/kinds.ts";
import type { Facts } from "../facts.ts";
import { mergedPullSecret } from "./merged-pull-secret.ts";

/** The cluster's pull secret, where users of OpenShift look for it. */
export function pullSecret({ pullSecret: text }: Facts): Secret | undefined {
  return text === undefined ? undefined : dockerConfig("pull-secret", "openshift-config", text);
}

/** What the nodes pull with. */
export function nodePullSecret({ pullSecret: text, additionalPullSecret }: Facts): Secret | undefined {
  if (text === undefined) return;
  return dockerConfig("global-pull-secret", "kube-system", mergedPullSecret(text, additionalPullSecret).text);
}

function dockerConfig(name: string, namespace: string, text: string): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace },
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": Buffer.from(text).toString("base64") },
  };
}
