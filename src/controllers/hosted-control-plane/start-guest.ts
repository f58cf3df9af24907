import { textOf } from "../../control-plane/text-of.ts";
import type { PlaneStep } from "./pass.ts";

/** Once the hosted API server answers, lets the loops run that keep the inside of the cluster right. */
export const startGuest: PlaneStep = async ({ options, secrets, states }) => {
  if (!states.get("kube-apiserver")?.available.is) return;
  const secret = secrets.find(({ metadata }) => metadata?.name === "hcco-kubeconfig");
  const kubeconfig = textOf(secret, "kubeconfig");
  if (kubeconfig) await options.startGuest({ kubeconfig });
};
