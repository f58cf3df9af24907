import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { type WantedRecovery, wantedRecoveryAnnotation } from "../../api/wanted-recovery.ts";
import { Failed, idOf, type Told } from "./operation.ts";

/** Tells the control-plane-operator what is wanted, and says what is still to come until it answers that it is so. */
export async function want(told: Told, wanted: Omit<WantedRecovery, "id">): Promise<string | undefined> {
  const { plane } = told;
  if (!plane) throw new Failed("The control plane is gone");
  const id = idOf(told);
  await annotate(told, JSON.stringify({ id, ...wanted }));
  const { recovery } = plane.status ?? {};
  const isAnswered = recovery?.id === id && recovery.mode === wanted.mode;
  const etcd = wanted.restore ? "Restored" : wanted.putBack ? "PutBack" : undefined;
  if (isAnswered && (!etcd || recovery.etcd === etcd)) return undefined;
  return (recovery?.id === id && recovery.message) || "The control-plane-operator has not answered yet";
}

/** The recovery is over: the control plane is as it always is. */
export async function wantNothing(told: Told): Promise<void> {
  if (told.plane) await annotate(told, null);
}

async function annotate({ kube, plane }: Told, text: string | null): Promise<void> {
  const { name = "", namespace, annotations } = plane?.metadata ?? {};
  if ((annotations?.[wantedRecoveryAnnotation] ?? null) === text) return;
  await kube.patch(HostedControlPlane, name, namespace, {
    metadata: { annotations: { [wantedRecoveryAnnotation]: text } },
  });
}
