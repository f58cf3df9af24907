import { durableRecordName } from "../../api/durable-record-name.ts";
import { type Signer, signers } from "../../control-plane/certificates.ts";
import { isMadeOnce, type Keys, type KeysOptions, keys, keysLabel } from "../../control-plane/keys.ts";
import type { SignerHistory } from "../../control-plane/signer-problem.ts";
import { wait } from "../../kube/controller.ts";
import { type ConfigMap, PersistentVolumeClaim, Secret } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { same } from "../../kube/status-patch.ts";
import { componentState } from "./component-state.ts";
import { type DurableRecord, durableRecord, presentRecord, writeDurableRecord } from "./durable-record.ts";
import { lifetimeOf } from "./lifetime-of.ts";
import { hashes, lookAtSecretsAgain } from "./look-at.ts";
import { workloadsOf } from "./observe-components.ts";
import { outdatedWorkloads } from "./outdated-workloads.ts";
import { type Pass, type PlaneStep, state } from "./pass.ts";
import { rotationWait } from "./rotation-wait.ts";

/** Credentials that former releases made and nothing reads. */
const retired = ["localhost-kubeconfig", "service-network-admin-kubeconfig"];

/**
 * Makes the keys, certificates and kubeconfigs that are missing, and signs again those that have to be. Only begins to
 * write them: a component waits for those that it mounts, and `finishKeys` for all. A signer that was there once and is
 * not now, or is another one, is said in SigningKeysAvailable; what does not depend on it goes on.
 */
export const ensureKeys: PlaneStep = async (pass) => {
  const { namespace, log } = pass;
  if (isLeftAlone(pass)) return;
  pass.keysSeenTo = true;
  const rotating = rotatingSigners(pass);
  const behind = rotating.length > 0 ? await programsBehind(pass) : undefined;
  const wanted = await surelyWanted(pass, { behind });
  // As they are now, where they were read again.
  const { secrets } = pass;
  say(pass, wanted);
  if (behind) pass.waits.push(wait("Progressing", rotationWait(rotating, behind), 30_000));
  if (wanted.made.length > 0) log.info({ secrets: wanted.made.length }, "making keys and certificates");
  beginWriting(pass, wanted);
  const isThere = (name: string) => secrets.some((each) => each.metadata?.name === name && isOurs(each));
  for (const name of retired.filter(isThere)) {
    begin(pass, { kind: "Secret", metadata: { name } }, pass.kube.delete(Secret, name, namespace));
  }
};

/**
 * Signs certificates that end soon again, lets authorities that end soon make way, and nothing else: for when the
 * control plane is paused or cannot be changed. A pause of a year must not end with everybody shut out.
 */
export const renewKeys: PlaneStep = async (pass) => {
  if (pass.keysSeenTo || isLeftAlone(pass)) return;
  const behind = rotatingSigners(pass).length > 0 ? await programsBehind(pass) : undefined;
  const wanted = await surelyWanted(pass, { behind, renewOnly: true });
  // As they are now, where they were read again.
  const { secrets, configMaps } = pass;
  say(pass, wanted);
  const signed = new Set(wanted.made.map(({ secret }) => secret));
  const rotates = wanted.secrets.some(
    ({ metadata, data }) =>
      data?.["next-ca.crt"] ||
      data?.["previous-ca.crt"] ||
      (isMadeOnce(metadata?.name ?? "") && signed.has(metadata?.name ?? "")),
  );
  const isDue = (object: Secret | ConfigMap, present: readonly (Secret | ConfigMap)[]) => {
    const there = present.find(({ metadata }) => metadata?.name === object.metadata?.name);
    // What trusts an authority that makes way changes, though it is not signed again.
    const trusts = rotates && object.data?.["ca.crt"] !== there?.data?.["ca.crt"];
    return there !== undefined && (trusts || (object.kind === "Secret" && signed.has(object.metadata?.name ?? "")));
  };
  const record = durableRecord(configMaps).signers;
  const isOnRecord = record === undefined || JSON.stringify(wanted.record) === JSON.stringify(record);
  beginWriting(pass, {
    secrets: wanted.secrets.filter((secret) => isDue(secret, secrets)),
    configMaps: wanted.configMaps.filter((configMap) => isDue(configMap, configMaps)),
    ...(!isOnRecord && { record: wanted.record }),
  });
  await finishKeys(pass);
};

/** Waits until everything that `ensureKeys` began is written. */
export const finishKeys: PlaneStep = async ({ writing }) => {
  await Promise.all(writing.values());
};

/** Begins to write signers, then what they signed and the record of them. */
function beginWriting(pass: Pass, { secrets, configMaps, record }: Pick<Keys, "secrets" | "configMaps" | "record">) {
  const { kube, namespace } = pass;
  const present = new Set(pass.secrets.map(({ metadata }) => metadata?.name ?? ""));
  const isSigner = ({ kind, metadata }: Resource) => kind === "Secret" && isMadeOnce(metadata?.name ?? "");
  const isNewSigner = (object: Resource) => isSigner(object) && !present.has(object.metadata?.name ?? "");
  const objects = inOrderOfNeed([...secrets, ...configMaps]);
  const signersWritten = Promise.all(
    objects
      .filter(isSigner)
      .map((object) => begin(pass, object, isNewSigner(object) ? create(pass, object) : keep(pass, object))),
  );
  signersWritten.catch(() => {});
  // Nothing is written that a signer signed which is not the cluster's after all.
  for (const object of objects.filter((each) => !isSigner(each))) {
    begin(
      pass,
      object,
      signersWritten.then(() => kube.apply(object)),
    );
  }
  // Another part of the record changes every few minutes, which makes the whole of it seem to want to be applied again.
  if (record && !same(record, durableRecord(pass.configMaps).signers)) {
    const recorded = signersWritten.then(() => writeDurableRecord(kube, namespace, "signers", record));
    begin(pass, { kind: "ConfigMap", metadata: { name: durableRecordName } }, recorded);
  }
  remember(pass, secrets, configMaps);
}

function begin(pass: Pass, object: Resource, written: Promise<unknown>): Promise<unknown> {
  // Whoever waits for it, and `finishKeys` at the latest, deals with what goes wrong.
  written.catch(() => {});
  pass.writing.set(`${object.kind}/${object.metadata?.name}`, written);
  return written;
}

/** The signers whose successors are trusted and do not sign yet. */
function rotatingSigners({ secrets }: Pass): Signer[] {
  const isRotating = (name: string) =>
    secrets.some(({ metadata, data }) => metadata?.name === name && data?.["next-ca.crt"] !== undefined);
  return signers.filter(isRotating);
}

/** Whether somebody else looks after the keys. */
export function isLeftAlone({ hcp }: Pass): boolean {
  return hcp.metadata?.annotations?.["hypershift.openshift.io/disable-pki-reconciliation"] === "true";
}

/** What is wanted. Where that is more than what is there, as the server itself says what is there. */
async function surelyWanted(pass: Pass, options: KeysOptions): Promise<Keys> {
  const wanted = wantedKeys(pass, { ...options, history: await historyOf(pass, durableRecord(pass.configMaps)) });
  if (wanted.made.length === 0 && wanted.problems.length === 0) return wanted;
  await lookAtSecretsAgain(pass);
  return wantedKeys(pass, { ...options, history: await historyOf(pass, await presentRecord(pass)) });
}

function wantedKeys({ hcp, namespace, endpoints, secrets, configMaps, log, now }: Pass, options: KeysOptions): Keys {
  const own = hcp.spec.configuration?.apiServer?.clientCA?.name;
  const clientAuthority = configMaps.find(({ metadata }) => metadata?.name === own)?.data?.["ca-bundle.crt"];
  const facts = { name: hcp.metadata?.name ?? "", namespace, spec: hcp.spec, endpoints, clientAuthority };
  const wanted = keys(facts, secrets, now(), { lifetime: lifetimeOf(hcp), ...options });
  for (const { secret, reason } of wanted.made) log.debug({ secret, reason }, "signing");
  return wanted;
}

/** SigningKeysAvailable, and that the pass waits where it is False. */
function say(pass: Pass, { problems }: Keys): void {
  const type = "SigningKeysAvailable";
  const [first] = problems;
  if (!first) {
    const message = "Every signer is the one that this control plane was made with";
    state(pass, { type, status: "True", reason: "AsExpected", message });
    return;
  }
  const message = problems.map((each) => each.message).join(". ");
  state(pass, { type, status: "False", reason: first.reason, message });
  // A Secret that is put back brings the next pass.
  pass.waits.push(wait(first.reason, message, 60_000));
}

/** What the record says, or else what shows that the control plane was at work before there was a record. */
async function historyOf(
  { hcp, kube, namespace, secrets }: Pass,
  { signers: record }: DurableRecord,
): Promise<SignerHistory> {
  const isLeaf = (secret: Secret) => isOurs(secret) && secret.data?.["tls.crt"] !== undefined;
  if (record || hcp.status?.initialized || secrets.some(isLeaf)) return { record, established: true };
  // Its keys are made before its etcd: where that has a volume and they are not there, they come from a backup.
  const claims = await kube.list(PersistentVolumeClaim, { namespace, live: true });
  return { record, established: claims.some(({ metadata }) => /^data-etcd-\d+$/.test(metadata?.name ?? "")) };
}

/**
 * The programs that do not all run with the files that they are to have: those that are being started anew, and those
 * that nobody starts anew so far.
 */
async function programsBehind(pass: Pass): Promise<string[]> {
  const workloads = await workloadsOf(pass);
  const outdated = new Set((await outdatedWorkloads(pass)).map(({ workload }) => workload.metadata?.name));
  return workloads.flatMap((each) => {
    const name = each.metadata?.name ?? "";
    return componentState(name, each).rolloutComplete.is && !outdated.has(name) ? [] : [name];
  });
}

/**
 * Makes it, and fails where it is there after all: what everything else in the cluster is signed or reached with is
 * never written over, not even by a second process that knows no better. It has no owner: it outlives the
 * HostedControlPlane, which may be deleted and made anew, and goes with the namespace.
 */
function create({ kube }: Pass, object: Secret | ConfigMap): Promise<unknown> {
  return kube.create({ ...object, metadata: { ...object.metadata, ownerReferences: [] } });
}

/** Writes what changed of one that is there; former releases gave it an owner. */
async function keep({ kube, namespace, secrets }: Pass, object: Secret | ConfigMap): Promise<void> {
  const name = object.metadata?.name ?? "";
  const present = secrets.find(({ metadata }) => metadata?.name === name);
  // As it was made, which no apply has told of.
  if (present && !present.metadata?.ownerReferences?.length && same(written(present), written(object))) return;
  if (present?.metadata?.ownerReferences?.length) {
    await kube.patch(Secret, name, namespace, { metadata: { ownerReferences: null } });
  }
  await kube.apply({ ...object, metadata: { ...object.metadata, ownerReferences: [] } });
}

/** What of a signer is ours to write. */
const written = ({ metadata, type = "Opaque", data }: Resource & { type?: string; data?: object }) => ({
  type,
  data,
  labels: metadata?.labels ?? {},
  annotations: metadata?.annotations ?? {},
});

/** True for what was made here, and not by the user or another component. */
function isOurs({ metadata }: Secret): boolean {
  return Object.entries(keysLabel).every(([label, value]) => metadata?.labels?.[label] === value);
}

/** The steps after this one go on with what is being written. */
function remember(pass: Pass, secrets: Secret[], configMaps: ConfigMap[]): void {
  const names = new Set(secrets.map(({ metadata }) => metadata?.name));
  pass.secrets = [...pass.secrets.filter(({ metadata }) => !names.has(metadata?.name)), ...secrets];
  Object.assign(pass.contents, hashes("Secret", secrets), hashes("ConfigMap", configMaps));
}

/** etcd's first: the control plane waits for its volume, its pod and its election. */
function inOrderOfNeed<O extends Secret | ConfigMap>(objects: O[]): O[] {
  const isOfEtcd = ({ metadata }: O) => metadata?.name?.startsWith("etcd-") ?? false;
  return [...objects.filter(isOfEtcd), ...objects.filter((object) => !isOfEtcd(object))];
}
