import { type WantedRecovery, wantedRecovery } from "../../../api/wanted-recovery.ts";
import { wait } from "../../../kube/controller.ts";
import type { Pass, PlaneStep } from "../pass.ts";
import { podsOf } from "./pods-of.ts";

/** The end of pods is no event of ours. */
const lookAgainMs = 1_000;

/** Answers a recovery in `status.recovery`: how much of the control plane runs, as the pods themselves tell it. */
export const reportRecovery: PlaneStep = async (pass) => {
  const { hcp } = pass;
  const { status } = hcp;
  const wanted = wantedRecovery(hcp);
  if (!status) return;
  if (!wanted) {
    delete status.recovery;
    return;
  }
  const obstacle = await whyNotYet(pass, wanted);
  // Kept by who has carried it out, as long as it is the same recovery.
  const { etcd } = status.recovery?.id === wanted.id ? status.recovery : {};
  if (!obstacle) {
    status.recovery = { id: wanted.id, mode: wanted.mode, ...(etcd && { etcd }) };
    return;
  }
  status.recovery = { id: wanted.id, ...(etcd && { etcd }), message: obstacle };
  pass.waits.unshift(wait("RestoreInProgress", obstacle, lookAgainMs));
};

async function whyNotYet(pass: Pass, wanted: WantedRecovery): Promise<string | undefined> {
  const { mode, restore, putBack } = wanted;
  if (mode === "Running") {
    const api = pass.states.get("kube-apiserver")?.available;
    return api?.is ? undefined : (api?.message ?? "The API server is not there yet");
  }
  const left = await podsOf(pass, mode === "EtcdOnly" ? ["etcd"] : []);
  if (left.length > 0) return `These pods are still there: ${left.join(", ")}`;
  const etcd = pass.states.get("etcd")?.available;
  if (mode === "Stopped") return undefined;
  if (!etcd?.is) return etcd?.message;
  const done = putBack ? "PutBack" : restore ? "Restored" : undefined;
  const { recovery } = pass.hcp.status ?? {};
  if (!done || (recovery?.id === wanted.id && recovery.etcd === done)) return undefined;
  return "The members of etcd are ready, and not all of them have said yet what data they have";
}
