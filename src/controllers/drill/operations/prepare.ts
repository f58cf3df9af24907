import { drillAnnotation } from "../../../api/drill-namespace.ts";
import { isBeingDeleted } from "../../../kube/finalizer.ts";
import { Namespace } from "../../../kube/kinds.ts";
import { keyOf } from "../../../kube/watch.ts";
import { doWork } from "../../recovery-job/do-work.ts";
import { Failed } from "../../restore/operation.ts";
import { servedPort } from "../../restore/served.ts";
import { ensureServing } from "../../restore/serving.ts";
import { drillNamespaceObject, drillRights } from "../drill-plane.ts";
import { type Operation, type Pass, servingOf } from "../operation.ts";

/** The revision is raised by this much, as that of a cluster is which is restored. */
const bump = 1_000_000_000;

/**
 * A Job reads the backup, makes what it holds of a control plane in a namespace of the drill's own, and has the snapshot
 * at hand. It may make things there and nowhere else.
 */
export const prepare: Operation = async (pass) => {
  const { drill, kube, options, namespace, location, path, now } = pass;
  if (!location || !path) throw new Failed("The Backup or its BackupLocation is gone");
  const missing = await ensureNamespace(pass);
  if (missing) return missing;
  for (const object of drillRights(namespace, options.operatorNamespace)) await kube.apply(object);
  const serving = servingOf(pass);
  await ensureServing(serving, now());
  const { name = "", namespace: home = "", uid = "" } = drill.metadata ?? {};
  const work = await doWork(kube, options, {
    name: serving.name,
    program: "serve-drill",
    args: [
      ...["--path", path, "--drill", name, "--drill-namespace", home, "--uid", uid, "--plane", namespace],
      ...["--credentials", serving.name, "--namespace", serving.namespace, "--port", String(servedPort)],
    ],
    owner: { ...drill, kind: "Drill" },
    location,
  });
  const { snapshot, problem } = drill.status ?? {};
  if (work.state === "failed") throw new Failed(problem ?? work.message);
  if (!snapshot) {
    if (problem) return `it is tried again, because ${problem}`;
    return work.state === "running" ? work.message : "The backup is read";
  }
  drill.status = { ...drill.status, revision: snapshot.revision + bump };
  return undefined;
};

/**
 * Made once, and only known by its uid: whoever may make namespaces could have made one of this name, and would read what
 * is put there. Says what is still to come; the uid is on record before anything is in it.
 */
async function ensureNamespace({ kube, namespace, drill }: Pass): Promise<string | undefined> {
  const recorded = drill.status?.namespaceUID;
  const present = await kube.get(Namespace, namespace, undefined, { live: true });
  if (recorded) {
    if (present?.metadata?.uid !== recorded) throw new Failed(`Somebody has deleted the namespace ${namespace}`);
    if (isBeingDeleted(present)) throw new Failed(`Somebody deletes the namespace ${namespace}`);
    return undefined;
  }
  if (!present) {
    const made = await kube.create<Namespace>(drillNamespaceObject(namespace, keyOf(drill)));
    drill.status = { ...drill.status, namespaceUID: made.metadata?.uid };
    return `The namespace ${namespace} is made`;
  }
  if (present.metadata?.annotations?.[drillAnnotation] !== keyOf(drill)) {
    throw new Failed(`The namespace ${namespace} is there and was not made for this drill`);
  }
  // As far as it looks, of an attempt that died before that was on record: there is nothing in it yet.
  if (!isBeingDeleted(present)) {
    await kube.delete(Namespace, namespace, undefined, { uid: present.metadata?.uid });
  }
  return `Waiting for a namespace ${namespace} to go that is not on record`;
}
