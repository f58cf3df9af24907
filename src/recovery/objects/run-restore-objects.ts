import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { Restore } from "../../api/restore.ts";
import type { Log } from "../../kube/controller.ts";
import { Namespace } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { sentenceOf } from "../../kube/log.ts";
import type { Recorded } from "../backup/recorded.ts";
import { type OpenOptions, openLocation } from "../store/open-location.ts";
import { askFormer, formerOf } from "./ask-former.ts";
import { heldObjects } from "./held-objects.ts";
import { lookAtObjects } from "./look-at-objects.ts";
import { makeObjects } from "./make-objects.ts";
import { readObjects } from "./read-objects.ts";
import { Refused } from "./refused.ts";
import { madeByAnnotation } from "./remade.ts";
import { removeObjects } from "./remove-objects.ts";
import { strangers } from "./strangers.ts";

export interface RunRestoreObjectsOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** Of the Restore. */
  namespace: string;
  name: string;
  uid: string;
  /** The HostedCluster, in the same namespace. */
  cluster: string;
  /** Where the backup lies. */
  path: string;
  step: string;
  /** Somebody answers for it that the former control plane is gone. */
  formerIsGone: boolean;
  /** None where what was made is removed. */
  location?: string;
  files?: OpenOptions["files"];
  /** How long the former control plane has to answer. */
  formerTimeoutMs?: number;
}

type Step = NonNullable<NonNullable<Restore["status"]>["objects"]>["step"];

const tell = ({ kube, signal, namespace, name }: RunRestoreObjectsOptions, objects: object) =>
  kube.patch(Restore, name, namespace, { status: { objects } }, { subresource: "status", signal });

const steps: Record<Step, (options: RunRestoreObjectsOptions) => Promise<number>> = {
  Look: async (options) => {
    const objects = await toMake(options);
    const warning = await lookAtObjects({ ...options, objects, madeBy: options.uid });
    // Not taken back by what is told of later steps.
    await tell(options, { step: "Look", warning: warning ?? null });
    return objects.length;
  },
  Make: async (options) => makeObjects({ ...options, objects: await toMake(options), madeBy: options.uid }),
  // Without the backup: the store may be away by now.
  Remove: ({ kube, signal, namespace, cluster: name, uid: madeBy }) =>
    removeObjects({ kube, signal, cluster: { namespace, name }, madeBy }),
};

/**
 * The program `restore-objects`: looks whether a backup's objects can be made again, makes them, or removes what was
 * made, and tells the Restore what came of it.
 */
export async function runRestoreObjects(options: RunRestoreObjectsOptions): Promise<void> {
  const { log, signal } = options;
  const step = options.step as Step;
  if (!Object.hasOwn(steps, step)) {
    throw new Error(`There is no step ${step}: use one of ${Object.keys(steps).join(", ")}`);
  }
  try {
    const count = await steps[step](options);
    log.info({ step, count }, "objects of a cluster");
    await tell(options, { step, count, problem: null });
  } catch (error) {
    // Ended from outside: that says nothing about the backup, and another attempt comes.
    if (!signal.aborted) await tell(options, { step, count: null, problem: sentenceOf(error).slice(0, 4096) });
    if (!(error instanceof Refused)) throw error;
    log.warn({ step, error: error.message }, "a restore was refused");
  }
}

/** What is to be made, once it is certain that this may be. */
async function toMake(options: RunRestoreObjectsOptions): Promise<Recorded[]> {
  const objects = await read(options);
  await checkFormer(options, objects);
  return heldObjects(objects, { madeBy: options.uid });
}

async function read(options: RunRestoreObjectsOptions): Promise<Recorded[]> {
  const { location = "", files, path, signal, namespace, cluster } = options;
  const { store, identities } = await openLocation(location, { files });
  const { manifest, objects } = await readObjects({ store, path, identities, signal });
  const { cluster: of } = manifest;
  if (of.namespace !== namespace || of.name !== cluster) {
    throw new Refused(`Cannot restore from ${path}: it is a backup of ${of.namespace}/${of.name}`);
  }
  const others = strangers(objects, { namespace, name: cluster });
  if (others.length > 0) {
    const plane = controlPlaneNamespace({ metadata: { namespace, name: cluster } });
    throw new Refused(
      `Cannot restore from ${path}: it holds what is not of ${namespace}/${cluster} or its namespace ${plane}: ${others.slice(0, 5).join(", ")}; restore from a backup that was made here`,
    );
  }
  return objects;
}

/** There are never to be two of one cluster. */
async function checkFormer(options: RunRestoreObjectsOptions, objects: readonly Recorded[]): Promise<void> {
  const { formerIsGone, namespace, cluster, formerTimeoutMs: timeoutMs = 10_000 } = options;
  const former = formerOf(objects);
  const where = former ? `${former.host}:${former.port}` : "an address that the backup does not know";
  const found = former
    ? await askFormer(former, { timeoutMs })
    : { state: "unknown" as const, why: "nobody can be asked" };
  if (found.state === "answers") {
    throw new Refused(
      `The former control plane of ${namespace}/${cluster} still answers at ${where}: two of one cluster would give its hosts and its data to different people; stop that one first`,
    );
  }
  if (formerIsGone || (await wasHere(options, objects))) return;
  throw new Refused(
    `Whether the former control plane of ${namespace}/${cluster} still runs is not known (${where}: ${found.why}): see to it that it never comes back, and say so with --former-is-gone (spec.formerIsGone of the Restore)`,
  );
}

/**
 * Whether the HostedCluster itself has outlived its control plane: then that was here, and its namespace is not there, or
 * was not before this restore made it.
 */
async function wasHere(options: RunRestoreObjectsOptions, objects: readonly Recorded[]): Promise<boolean> {
  const { kube, signal, namespace, cluster, uid: madeBy } = options;
  const recorded = objects.find(({ facts }) => facts.kind === HostedCluster.kind);
  const present = await kube.get(HostedCluster, cluster, namespace, { live: true, signal });
  if (!present || present.metadata?.uid !== recorded?.facts.uid) return false;
  const plane = controlPlaneNamespace({ metadata: { namespace, name: cluster } });
  const home = await kube.get(Namespace, plane, undefined, { live: true, signal });
  return !home || home.metadata?.annotations?.[madeByAnnotation] === madeBy;
}
