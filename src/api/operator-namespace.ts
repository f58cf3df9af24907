import { isForbidden } from "../kube/api-error.ts";
import { ConfigMap } from "../kube/kinds.ts";
import type { Kube } from "../kube/kube.ts";

/** On the ConfigMap that says what an installed operator supports; its namespace is the operator's. */
export const supportedVersionsLabel = "hypershift.openshift.io/supported-versions";
/** Where `hcp install` puts the operator unless it is told otherwise. */
const usualOperatorNamespace = "hypershift";

/** The namespace that the operator is installed in, or nothing where it is not installed. */
export async function operatorNamespace(kube: Kube): Promise<string | undefined> {
  try {
    const marked = await kube.list(ConfigMap, { labels: { [supportedVersionsLabel]: "true" } });
    return marked[0]?.metadata?.namespace;
  } catch (error) {
    // Whoever may only look into some namespaces finds the operator where it usually is, or is told to ask.
    if (isForbidden(error)) return usualOperatorNamespace;
    throw error;
  }
}
