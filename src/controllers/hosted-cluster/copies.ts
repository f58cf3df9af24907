import type { Kind } from "../../kube/kind.ts";
import { ConfigMap, Secret } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { isMadeHere } from "./is-made-here.ts";
import type { Pass } from "./pass.ts";
import { copyNames, operatorBundleName, type Reference, references } from "./references.ts";

/** On every copy, so that one that is not wanted any more is found. */
const copyLabel = "hypershift.openshift.io/mirrored-config";
const copyLabels = { [copyLabel]: "true" };
const ourCopies: readonly string[] = Object.values(copyNames);
const copiedFrom = "hypershift.openshift.io/copied-from";

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

/** Whether an object of a control plane's namespace was copied there, and is nothing of the control plane's own. */
export function isCopy({ metadata }: Resource): boolean {
  return metadata?.labels?.[copyLabel] === "true" && metadata.annotations?.[copiedFrom] !== undefined;
}

/** Takes away copies of what the spec does not name any more. */
async function removeOthers({ kube, namespace, cluster }: Pass, kind: Kind, wanted: Reference[]): Promise<void> {
  for (const object of await kube.list(kind, { namespace, labels: copyLabels })) {
    const { name = "" } = object.metadata ?? {};
    const isWanted = wanted.some((each) => each.kind.kind === kind.kind && each.to === name);
    // An earlier operator wrote copies over what the control plane has of its own: that is still its own.
    const isOwn = isMadeHere(cluster, kind.kind, name) && !ourCopies.includes(name);
    if (!isWanted && !isOwn && isCopy(object)) await kube.delete(kind, name, namespace);
  }
}

function copyOf(source: Resource & { data?: object; type?: string }, { kind, to, from }: Reference, namespace: string) {
  return {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: {
      name: to,
      namespace,
      annotations: { [copiedFrom]: `${source.metadata?.namespace}/${from}` },
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
    metadata: { name: operatorBundleName, namespace },
    data: { "ca-bundle.crt": pem },
  };
}
