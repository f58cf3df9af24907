import type { ConditionUpdate } from "../../kube/conditions.ts";
import { findCondition } from "../../kube/conditions.ts";
import { isDegraded, isRolledOut } from "./component-state.ts";
import { isOnRecord } from "./etcd/etcd-of.ts";
import { hasStopped, type Pass, type PlaneStep, state } from "./pass.ts";

/** The control plane's health as conditions: KubeAPIServerAvailable, Progressing, Degraded, Available; and what follows from it. */
export const reportHealth: PlaneStep = (pass) => {
  state(pass, apiServerAvailable(pass));
  state(pass, progressing(pass));
  state(pass, degraded(pass));
  const obstacle = obstacleToAvailable(pass);
  state(
    pass,
    obstacle
      ? { type: "Available", status: "False", ...obstacle }
      : { type: "Available", status: "True", reason: "AsExpected", message: availableMessage(pass) },
  );
  const status = pass.hcp.status;
  if (!status) return;
  status.ready = !obstacle;
  status.externalManagedControlPlane = true;
  // Once true it stays so: Cluster API and nodes only wait for the first time. Nothing is to be kept in an etcd that is
  // not on record.
  if (pass.states.get("kube-apiserver")?.available.is && isOnRecord(pass)) {
    status.initialized = true;
    status.initialization = { controlPlaneInitialized: true };
  }
};

/** What users read first: a control plane that answers and that no change reaches is not all well. */
function availableMessage({ hcp }: Pass): string {
  const available = "The hosted control plane is available";
  const blocked = ["ValidHostedControlPlaneConfiguration", "ValidReleaseInfo"]
    .map((type) => findCondition(hcp.status?.conditions, type))
    .find((condition) => condition?.status === "False");
  return blocked ? `${available}, but changes are not carried out: ${blocked.message}` : available;
}

function apiServerAvailable({ states }: Pass): ConditionUpdate {
  const type = "KubeAPIServerAvailable";
  const fact = states.get("kube-apiserver")?.available;
  if (!fact)
    return { type, status: "False", reason: "NotFound", message: "The Deployment kube-apiserver is not there yet" };
  return { type, status: fact.is ? "True" : "False", reason: fact.reason, message: fact.message };
}

/** A roll-out may be held up while the former pods go on serving: then nothing else tells. */
function progressing({ states, workloads }: Pass): ConditionUpdate {
  const type = "Progressing";
  const messages = [...states]
    .filter(([name, { rolloutComplete }]) => {
      const workload = workloads.get(name);
      return !rolloutComplete.is && workload && !isRolledOut(workload);
    })
    .map(([, { rolloutComplete }]) => rolloutComplete.message);
  if (messages.length > 0) return { type, status: "True", reason: "Progressing", message: messages.join("; ") };
  return { type, status: "False", reason: "AsExpected", message: "Every component runs its present configuration" };
}

function degraded({ hcp, states, workloads }: Pass): ConditionUpdate {
  const type = "Degraded";
  const keys = findCondition(hcp.status?.conditions, "SigningKeysAvailable");
  if (keys?.status === "False") return { type, status: "True", reason: keys.reason, message: keys.message };
  const short = [...workloads].filter(([, workload]) => isDegraded(workload)).map(([name]) => name);
  if (short.length === 0)
    return { type, status: "False", reason: "AsExpected", message: "Every component has all its replicas" };
  const message = `Replicas are missing: ${short.map(withProblem(states)).join(", ")}`;
  return { type, status: "True", reason: "UnavailableReplicas", message };
}

const withProblem = (states: Pass["states"]) => (name: string) => {
  const problem = states.get(name)?.podProblem;
  return problem ? `${name} (${problem})` : name;
};

/** The first thing on the way to a usable control plane that is not there. */
function obstacleToAvailable(pass: Pass): { reason: string; message: string } | undefined {
  if (hasStopped(pass)) {
    const message = "The control plane is put back from a backup, and nothing but etcd runs meanwhile: see its Restore";
    return { reason: "RestoreInProgress", message };
  }
  const { hcp, states } = pass;
  const keys = findCondition(hcp.status?.conditions, "SigningKeysAvailable");
  const answers = ["EtcdAvailable", "KubeAPIServerAvailable"].every(
    (type) => findCondition(hcp.status?.conditions, type)?.status === "True",
  );
  // Without a signer what runs goes on; what does not run cannot start.
  if (keys?.status === "False" && !answers) return { reason: keys.reason, message: keys.message };
  // What stops the next change does not stop a cluster that runs already.
  const unchangeable = hcp.status?.initialized ? [] : ["ValidHostedControlPlaneConfiguration", "ValidReleaseInfo"];
  for (const type of [...unchangeable, "InfrastructureReady"]) {
    const condition = findCondition(hcp.status?.conditions, type);
    if (condition?.status === "False") return { reason: condition.reason, message: condition.message };
  }
  if (!hcp.status?.kubeConfig)
    return { reason: "KubeconfigWaitingForCreate", message: "The administrator's kubeconfig is not made yet" };
  for (const type of ["EtcdAvailable", "KubeAPIServerAvailable"]) {
    const condition = findCondition(hcp.status?.conditions, type);
    if (condition?.status !== "True")
      return { reason: condition?.reason ?? "StatusUnknown", message: condition?.message ?? "" };
  }
  const reachable = findCondition(hcp.status?.conditions, "KubeAPIServerReachable");
  const wasAvailable = findCondition(hcp.status?.conditions, "Available")?.status === "True";
  // A control plane that was available before anybody asked through its address is not called away for want of news.
  if (reachable ? reachable.status !== "True" : !wasAvailable) {
    const { reason = "StatusUnknown", message = "Nobody has asked through the API server's public address yet" } =
      reachable ?? {};
    return { reason, message };
  }
  // Only for the first time: later a component that is away for a moment does not make the cluster unusable.
  if (wasAvailable) return undefined;
  const missing = [...states].filter(([, { available }]) => !available.is);
  if (missing.length === 0) return undefined;
  const names = missing.map(([name]) => name).join(", ");
  return { reason: "ComponentsNotAvailable", message: `Waiting for components to be available: ${names}` };
}
