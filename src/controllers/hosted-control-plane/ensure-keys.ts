import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { isMadeOnce, keys } from "../../control-plane/keys.ts";
import type { ConfigMap, Secret } from "../../kube/kinds.ts";
import { ownerReference } from "../../kube/owning-kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { hashes } from "./look-at.ts";
import type { Pass, PlaneStep } from "./pass.ts";

/**
 * Makes the keys, certificates and kubeconfigs that are missing, and signs again those that have to be. Only begins to
 * write them: a component waits for those that it mounts, and `finishKeys` for all.
 */
export const ensureKeys: PlaneStep = (pass) => {
  const { hcp, namespace, endpoints, secrets, log, now } = pass;
  if (hcp.metadata?.annotations?.["hypershift.openshift.io/disable-pki-reconciliation"] === "true") return;
  const own = hcp.spec.configuration?.apiServer?.clientCA?.name;
  const clientAuthority = pass.configMaps.find(({ metadata }) => metadata?.name === own)?.data?.["ca-bundle.crt"];
  const facts = { name: hcp.metadata?.name ?? "", namespace, spec: hcp.spec, endpoints, clientAuthority };
  const wanted = keys(facts, secrets, now());
  for (const { secret, reason } of wanted.made) log.debug({ secret, reason }, "signing");
  if (wanted.made.length > 0) log.info({ secrets: wanted.made.length }, "making keys and certificates");
  const present = new Set(secrets.map(({ metadata }) => metadata?.name ?? ""));
  const isNewSigner = ({ kind, metadata }: Resource) =>
    kind === "Secret" && isMadeOnce(metadata?.name ?? "") && !present.has(metadata?.name ?? "");
  const objects = inOrderOfNeed([...wanted.secrets, ...wanted.configMaps]);
  const begin = (object: Secret | ConfigMap, written: Promise<unknown>) => {
    // Whoever waits for it, and `finishKeys` at the latest, deals with what goes wrong.
    written.catch(() => {});
    pass.writing.set(`${object.kind}/${object.metadata?.name}`, written);
    return written;
  };
  const signers = Promise.all(objects.filter(isNewSigner).map((object) => begin(object, create(pass, object))));
  signers.catch(() => {});
  // Nothing is written that a signer signed which is not the cluster's after all.
  for (const object of objects.filter((each) => !isNewSigner(each))) {
    begin(
      object,
      signers.then(() => pass.kube.apply(object)),
    );
  }
  const made = new Set(wanted.secrets.map(({ metadata }) => metadata?.name));
  pass.secrets = [...secrets.filter(({ metadata }) => !made.has(metadata?.name)), ...wanted.secrets];
  Object.assign(pass.contents, hashes("Secret", wanted.secrets), hashes("ConfigMap", wanted.configMaps));
};

/** Waits until everything that `ensureKeys` began is written. */
export const finishKeys: PlaneStep = async ({ writing }) => {
  await Promise.all(writing.values());
};

/**
 * Makes it, and fails where it is there after all: what everything else in the cluster is signed or reached with is
 * never written over, not even by a second process that knows no better.
 */
function create({ kube, hcp }: Pass, object: Secret | ConfigMap): Promise<unknown> {
  const ownerReferences = [ownerReference(hcp, HostedControlPlane)];
  return kube.create({ ...object, metadata: { ...object.metadata, ownerReferences } });
}

/** etcd's first: the control plane waits for its volume, its pod and its election. */
function inOrderOfNeed<O extends Secret | ConfigMap>(objects: O[]): O[] {
  const isOfEtcd = ({ metadata }: O) => metadata?.name?.startsWith("etcd-") ?? false;
  return [...objects.filter(isOfEtcd), ...objects.filter((object) => !isOfEtcd(object))];
}
