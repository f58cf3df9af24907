import { Machine, MachineDeployment, MachineSet } from "../../api/cluster-api.ts";
import type { Outcome } from "../../kube/controller.ts";
import { wait } from "../../kube/controller.ts";
import { managesMachines } from "./ensure-machines.ts";
import { userDataSecretName } from "./ensure-tokens.ts";
import { machineFacts } from "./machine-facts.ts";
import { machineSelector, replicas } from "./machines.ts";
import { type Pass, state, stateGood } from "./pass.ts";

/** Says how many nodes there are, whether they are well, whether an update is under way, and what stands in the way. */
export async function reportMachines(pass: Pass): Promise<Outcome> {
  if (!managesMachines(pass)) return reportNoMachines(pass);
  const { kube, pool, cluster, namespace, release } = pass;
  const name = pool.metadata?.name ?? "";
  const inPlace = pool.spec.management.upgradeType === "InPlace";
  const [machines, owner] = await Promise.all([
    kube.list(Machine, { namespace, labels: machineSelector({ pool, clusterName: cluster.spec.infraID ?? "" }) }),
    inPlace ? kube.get(MachineSet, name, namespace) : kube.get(MachineDeployment, name, namespace),
  ]);
  const wanted = replicas({ pool, present: owner?.spec.replicas });
  const facts = machineFacts(machines, wanted);
  state(pass, { type: "AllMachinesReady", ...facts.allMachinesReady });
  state(pass, { type: "AllNodesHealthy", ...facts.allNodesHealthy });
  const userData = userDataSecretName(name, pass.configHash);
  const current = machines.filter(({ spec }) => spec.bootstrap.dataSecretName === userData);
  const outdated = machines.filter(({ spec }) => spec.bootstrap.dataSecretName !== userData);
  const version = release?.version ?? "";
  const oldVersions = outdated.filter(({ spec }) => spec.version !== `v${version}`);
  reportUpdate(pass, "UpdatingVersion", oldVersions.length, current.length, `the release ${version}`);
  reportUpdate(pass, "UpdatingConfig", outdated.length, current.length, "the present configuration");
  state(pass, { type: "UpdatingPlatformMachineTemplate", status: "False", reason: "AsExpected" });

  const done = oldVersions.length === 0 && facts.readyNodes >= wanted;
  pool.status = {
    ...pool.status,
    replicas: facts.readyNodes,
    ...(done ? { version } : {}),
    nodesInfo: facts.nodeVersions.length > 0 ? { nodeVersions: facts.nodeVersions } : undefined,
  };
  const shortage = await shortageOf(pass, machines);
  if (shortage && outdated.length > 0 && !inPlace) shortage.message += withoutSpare;
  if (facts.readyNodes >= wanted) {
    stateGood(pass, "Ready", shortage?.message ?? facts.leaving);
    return;
  }
  const message = [`${facts.readyNodes} of ${wanted} nodes are ready`, facts.unready, facts.leaving]
    .filter(Boolean)
    .join("; ");
  const waiting = shortage ?? { reason: "WaitingForAvailable", message };
  return wait(waiting.reason, waiting.message, 60_000);
}

/** What keeps machines waiting that have nothing to run on yet. */
async function shortageOf({ pool, cluster, namespace, platform, kube }: Pass, machines: Machine[]) {
  const waiting = machines
    .filter(({ metadata, spec }) => !metadata?.deletionTimestamp && !spec.providerID)
    .map(({ spec }) => spec.infrastructureRef.name);
  if (waiting.length === 0) return undefined;
  return platform.shortage?.({ pool, cluster, namespace, waiting }, kube);
}

const withoutSpare =
  ". To update without a spare host, set spec.management.replace.rollingUpdate to maxUnavailable: 1 and maxSurge: 0";

function reportUpdate(
  pass: Pass,
  type: "UpdatingVersion" | "UpdatingConfig",
  outdated: number,
  current: number,
  target: string,
): void {
  const inPlace = pass.pool.spec.management.upgradeType === "InPlace";
  state(pass, {
    type,
    status: outdated > 0 ? "True" : "False",
    reason: outdated > 0 ? "Updating" : "AsExpected",
    message: outdated > 0 ? updateMessage(outdated, current, target, inPlace) : "",
  });
}

function updateMessage(outdated: number, current: number, target: string, inPlace: boolean): string {
  const progress = `${current} of ${outdated + current} machines have ${target}`;
  if (!inPlace) return progress;
  return `${progress}; nodes of a pool with upgradeType InPlace are not changed where they are yet: delete a Machine to have it replaced`;
}

/** A pool without machines of its own: nodes join by hand, with the user data. */
function reportNoMachines(pass: Pass): void {
  const { pool, release } = pass;
  const message = "The platform makes no machines: nodes join with the user data";
  stateGood(pass, "AllMachinesReady", message);
  stateGood(pass, "AllNodesHealthy", message);
  state(pass, { type: "UpdatingVersion", status: "False", reason: "AsExpected" });
  state(pass, { type: "UpdatingConfig", status: "False", reason: "AsExpected" });
  stateGood(pass, "Ready", message);
  pool.status = { ...pool.status, replicas: 0, ...(release ? { version: release.version } : {}) };
}
