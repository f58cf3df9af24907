import { textOf } from "../../kube/text-of.ts";
import { isOnRecord } from "./etcd/etcd-of.ts";
import { hasStopped, type PlaneStep } from "./pass.ts";

/**
 * Once the hosted API server answers, lets the loops run that keep the inside of the cluster right. Nothing is written
 * into a new etcd that is not on record: where it lost its volume by then, nobody would know that there had been one.
 * A control plane that is initialized tells of that itself, and was looked after before there was a record.
 */
export const startGuest: PlaneStep = async (pass) => {
  const { hcp, options, secrets, states } = pass;
  // What it remembers of the cluster may not be so any more when it runs again.
  if (hasStopped(pass)) return options.stopGuest();
  if (!states.get("kube-apiserver")?.available.is || !(hcp.status?.initialized || isOnRecord(pass))) return;
  const secret = secrets.find(({ metadata }) => metadata?.name === "hcco-kubeconfig");
  const kubeconfig = textOf(secret, "kubeconfig");
  if (kubeconfig) await options.startGuest({ kubeconfig });
};
