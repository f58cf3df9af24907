import { unreadableRecovery, type WantedRecovery, wantedRecovery } from "../../../api/wanted-recovery.ts";
import { findCondition } from "../../../kube/conditions.ts";
import { wait } from "../../../kube/controller.ts";
import { isManaged } from "../etcd/etcd-of.ts";
import { hopeless, restoreState } from "../etcd/restore-state.ts";
import { workloadsOf } from "../observe-components.ts";
import type { Pass, PlaneStep } from "../pass.ts";
import { podsOf } from "./pods-of.ts";

/** The end of pods is no event of ours. */
const lookAgainMs = 1_000;

/** Answers a recovery in `status.recovery`: how much of the control plane runs, as the pods themselves tell it. */
export const reportRecovery: PlaneStep = async (pass) => {
  const { hcp } = pass;
  const { status } = hcp;
  if (!status) return;
  const unreadable = unreadableRecovery(hcp);
  if (unreadable) {
    status.recovery = { id: status.recovery?.id ?? "unknown", message: unreadable };
    return;
  }
  const wanted = wantedRecovery(hcp);
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
  const hopelessly = wanted.restore && hopeless(wanted.id, pass.options.etcd.latest);
  status.recovery = {
    id: wanted.id,
    ...(etcd && { etcd }),
    message: hopelessly ?? obstacle,
    ...(hopelessly && { givenUp: true }),
  };
  pass.waits.unshift(wait("RestoreInProgress", obstacle, lookAgainMs));
};

async function whyNotYet(pass: Pass, wanted: WantedRecovery): Promise<string | undefined> {
  const { mode, restore, putBack } = wanted;
  if (findCondition(pass.hcp.status?.conditions, "ReconciliationActive")?.status === "False") {
    return "The control plane is paused (spec.pausedUntil): nothing of it is stopped or started until it goes on";
  }
  const { recovery } = pass.hcp.status ?? {};
  const given = recovery?.id === wanted.id ? recovery.etcd : undefined;
  if (mode === "Running") {
    const api = pass.states.get("kube-apiserver")?.available;
    // It was away before, too: nobody is to wait for what only another restore can bring.
    if (api?.is || (given !== "Restored" && isLost(pass))) return undefined;
    return api?.message ?? "The API server is not there yet";
  }
  const kept = mode === "EtcdOnly" ? ["etcd"] : [];
  const running = (await runningWorkloads(pass)).filter((name) => !kept.includes(name));
  if (running.length > 0) return `These components are not told to stop yet: ${running.join(", ")}`;
  const left = await podsOf(pass, kept);
  if (left.length > 0) return `These pods are still there: ${left.join(", ")}`;
  if (mode === "Stopped") return undefined;
  const done = putBack ? "PutBack" : restore ? "Restored" : undefined;
  // The members themselves said so: the kubelet, which looks at them every few seconds, need not have seen it. Those that
  // were put back are as they were, which need not be ready.
  if (done && given === done) return undefined;
  const restoring = restoreState(pass.options.etcd.latest);
  if (restoring) return restoring.message;
  const etcd = pass.states.get("etcd")?.available;
  if (isManaged(pass) && !etcd?.is) return etcd?.message ?? "etcd is not there yet";
  if (!done) return undefined;
  return "The members of etcd are ready, and not all of them have said yet what data they have";
}

/** Whether no API server can run, because etcd's data is lost. */
function isLost({ hcp }: Pass): boolean {
  const { reason = "" } = findCondition(hcp.status?.conditions, "EtcdAvailable") ?? {};
  return ["EtcdVolumeLost", "EtcdQuorumLost"].includes(reason);
}

/** Where the pass was stopped before it came to them, components go on as before: their pods are back soon where they are away. */
async function runningWorkloads(pass: Pass): Promise<string[]> {
  const replicas = new Map(
    (await workloadsOf(pass)).map(({ metadata, spec }) => [metadata?.name ?? "", spec?.replicas]),
  );
  for (const [name, { spec }] of pass.workloads) replicas.set(name, spec?.replicas);
  return [...replicas].filter(([, count]) => count !== 0).map(([name]) => name);
}
