import type { Kind } from "../../kube/kind.ts";
import { ConfigMap, Secret } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Pass } from "./pass.ts";
import { type Reference, references } from "./references.ts";

/** On every copy, so that one that is not wanted any more is found. */
const copyLabels = { "hypershift.openshift.io/mirrored-config": "true" };

/** Copies what the cluster's spec names, and the certificates the operator was given, next to the control plane. */
export async function ensureCopies(pass: Pass): Promise<void> {
  const { kube, cluster, namespace, options } = pass;
  const wanted = references(cluster);
  await Promise.all([
    ...wanted.map(async (reference) => {
      const source = await kube.get(reference.kind, reference.from, cluster.metadata?.namespace);
      if (source) await kube.apply(copyOf(source, reference, namespace));
    }),
    ...(options.trustBundle ? [kube.apply(operatorBundle(namespace, options.trustBundle))] : []),
    ...[Secret, ConfigMap].map((kind) => removeOthers(pass, kind as Kind, wanted)),
  ]);
}

/** Takes away copies of what the spec does not name any more. */
async function removeOthers({ kube, namespace }: Pass, kind: Kind, wanted: Reference[]): Promise<void> {
  for (const { metadata } of await kube.list(kind, { namespace, labels: copyLabels })) {
    const stays = wanted.some((each) => each.kind.kind === kind.kind && each.to === metadata?.name);
    if (!stays) await kube.delete(kind, metadata?.name ?? "", namespace);
  }
}

function copyOf(source: Resource & { data?: object; type?: string }, { kind, to, from }: Reference, namespace: string) {
  return {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: {
      name: to,
      namespace,
      annotations: { "hypershift.openshift.io/copied-from": `${source.metadata?.namespace}/${from}` },
      labels: copyLabels,
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
