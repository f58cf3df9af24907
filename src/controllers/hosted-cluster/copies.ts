import type { Kind } from "../../kube/kind.ts";
import { ConfigMap, Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { isMadeHere } from "./is-made-here.ts";
import type { Pass } from "./pass.ts";
import { copyNames, operatorBundleName, type Reference, references } from "./references.ts";

/** On every copy, so that one that is not wanted any more is found, and what was applied is known to be there still. */
export const copyLabels = { "hypershift.openshift.io/mirrored-config": "true" };
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
    removeOthers(pass, wanted),
  ]);
}

/** Whether an object of a control plane's namespace was copied there, and is nothing of the control plane's own. */
export function isCopy({ metadata }: Resource): boolean {
  const isLabelled = Object.entries(copyLabels).every(([label, value]) => metadata?.labels?.[label] === value);
  return isLabelled && metadata?.annotations?.[copiedFrom] !== undefined;
}

/** What is kept of a copy in memory: that it is one, not of what. */
export function copyFacts({ metadata = {} }: Resource): Resource {
  const { name, namespace, uid, resourceVersion, deletionTimestamp } = metadata;
  const annotations = metadata.annotations?.[copiedFrom] === undefined ? undefined : { [copiedFrom]: "" };
  const identity = { name, namespace, uid, resourceVersion, deletionTimestamp };
  return { metadata: { ...identity, annotations, labels: copyLabels } };
}

/** The copies in a control plane's namespace: those that watches show, each of which brings a pass over its cluster. */
export async function listCopies(
  kube: Kube,
  namespace: string,
): Promise<{ kind: Kind; name: string; uid: string | undefined }[]> {
  const found = ([Secret, ConfigMap] as Kind[]).map(async (kind) => {
    const objects = await kube.list(kind, { namespace, labels: copyLabels, pick: copyFacts });
    return objects.filter(isCopy).map(({ metadata }) => ({ kind, name: metadata?.name ?? "", uid: metadata?.uid }));
  });
  return (await Promise.all(found)).flat();
}

/** Takes away copies of what the spec does not name any more. */
async function removeOthers({ kube, namespace, cluster }: Pass, wanted: Reference[]): Promise<void> {
  for (const { kind, name, uid } of await listCopies(kube, namespace)) {
    const isWanted = wanted.some((each) => each.kind.kind === kind.kind && each.to === name);
    // An earlier operator wrote copies over what the control plane has of its own: that is still its own.
    const isOwn = isMadeHere(cluster, kind.kind, name) && !ourCopies.includes(name);
    if (!isWanted && !isOwn) await kube.delete(kind, name, namespace, { uid });
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

/** The certificates that the operator was given, as a control plane reads them. */
export function operatorBundle(namespace: string, pem: string): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: operatorBundleName, namespace, labels: copyLabels },
    data: { "ca-bundle.crt": pem },
  };
}
