import type { ConfigMap } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Pass } from "./pass.ts";
import { type Reference, references } from "./references.ts";

/** Copies what the cluster's spec names, and the certificates the operator was given, next to the control plane. */
export async function ensureCopies(pass: Pass): Promise<void> {
  const { kube, cluster, namespace, options } = pass;
  await Promise.all([
    ...references(cluster).map(async (reference) => {
      const source = await kube.get(reference.kind, reference.from, cluster.metadata?.namespace);
      if (source) await kube.apply(copyOf(source, reference, namespace));
    }),
    ...(options.trustBundle ? [kube.apply(operatorBundle(namespace, options.trustBundle))] : []),
  ]);
}

function copyOf(source: Resource & { data?: object; type?: string }, { kind, to, from }: Reference, namespace: string) {
  return {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: {
      name: to,
      namespace,
      annotations: { "hypershift.openshift.io/copied-from": `${source.metadata?.namespace}/${from}` },
      labels: { "hypershift.openshift.io/mirrored-config": "true" },
    },
    ...(source.type ? { type: source.type } : {}),
    data: source.data ?? {},
  };
}

function operatorBundle(namespace: string, pem: string): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "operator-ca-bundle", namespace },
    data: { "ca-bundle.crt": pem },
  };
}
