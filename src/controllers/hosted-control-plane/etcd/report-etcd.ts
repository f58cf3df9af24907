import { memberHost, members } from "../../../control-plane/etcd/members.ts";
import { beginsWithSnapshot, hold, isToJoin, snapshotURL } from "../../../control-plane/etcd/orders.ts";
import { answers, type MemberObservation, votes } from "../../../etcd/observe-members.ts";
import { findCondition, isTrue } from "../../../kube/conditions.ts";
import { Pod } from "../../../kube/kinds.ts";
import { textOf } from "../../../kube/text-of.ts";
import { durableRecord } from "../durable-record.ts";
import { isStopped, type Pass, type PlaneStep, state } from "../pass.ts";
import { contradiction } from "./contradiction.ts";
import { answering, type EtcdFacts, lostVolumes } from "./etcd-facts.ts";
import { type EtcdHealth, etcdHealth } from "./etcd-health.ts";
import { etcdOf, isManaged } from "./etcd-of.ts";
import { etcdStatus } from "./etcd-status.ts";
import { podProblems } from "./pod-problems.ts";
import { restoreState } from "./restore-state.ts";

/** How etcd is: EtcdAvailable, EtcdDataCorrupt, EtcdRecoveryActive. And has its members asked from now on. */
export const reportEtcd: PlaneStep = async (pass) => {
  const type = "EtcdAvailable";
  if (!isManaged(pass)) {
    return state(pass, { type, status: "True", reason: "AsExpected", message: "etcd is run by somebody else" });
  }
  const { etcd } = pass.options;
  const facts = etcdOf(pass, etcd.latest);
  const health = await healthOf(pass, facts);
  const { available, reason, message } = health;
  state(pass, { type, status: available ? "True" : "False", reason, message });
  reportMembers(pass, facts);
  reportCorruption(pass, facts);
  reportSnapshot(pass, facts);
  reportRecovery(pass, facts);
  follow(pass, facts, health);
};

async function healthOf(pass: Pass, facts: EtcdFacts): Promise<EtcdHealth> {
  const { kube, namespace, workloads, states, options } = pass;
  if (!workloads.has("etcd")) {
    return { available: false, reason: "StatefulSetNotFound", message: "The StatefulSet etcd is not there yet" };
  }
  const { is: ready, message } = states.get("etcd")?.available ?? { is: false, message: "" };
  const allAnswer = facts.wanted.every((name) => answers(facts.observed?.[name]));
  // Only while something is amiss: a settled control plane asks for no pods.
  const pods = ready && allAnswer ? [] : await kube.list(Pod, { namespace, labels: { app: "etcd" } });
  const { revisionBefore } = options.etcd;
  return etcdHealth({ ...facts, pods: { ready, message }, podProblems: podProblems(pods), revisionBefore });
}

/** Before anybody was asked, what was told last stays. */
function reportMembers({ hcp, now, etcdDefragmented }: Pass, facts: EtcdFacts): void {
  if (!hcp.status || !facts.observed) return;
  const last = etcdDefragmented ? `${now().toISOString().slice(0, 19)}Z` : hcp.status.etcd?.lastDefragmentation;
  hcp.status.etcd = etcdStatus(facts, last);
}

function reportCorruption(pass: Pass, facts: EtcdFacts): void {
  // Silence says nothing about data.
  if (answering(facts).length === 0) return;
  const type = "EtcdDataCorrupt";
  const found = contradiction(facts);
  const differs = found && found.reason !== "EtcdWrongMembers" ? found : undefined;
  state(
    pass,
    differs
      ? { type, status: "True", ...differs }
      : { type, status: "False", reason: "AsExpected", message: "No member of etcd has other data than the rest" },
  );
}

function reportRecovery(pass: Pass, facts: EtcdFacts): void {
  const type = "EtcdRecoveryActive";
  const { wanted, orders, observed, damaged = [] } = facts;
  const joining = wanted.filter((name) => isToJoin(orders[name]) || isLearning(observed?.[name]));
  const away = [...new Set([...lostVolumes(facts), ...damaged, ...joining])];
  if (away.length > 0 || pass.etcdTrouble) {
    const what = away.length > 0 ? `${away.join(", ")} lost its data and joins the others again` : "etcd is repaired";
    const message = pass.etcdTrouble ? `${what}: ${pass.etcdTrouble}` : what;
    state(pass, { type, status: "True", reason: "Progressing", message });
  } else if (findCondition(pass.hcp.status?.conditions, type)) {
    state(pass, { type, status: "False", reason: "AsExpected", message: "Every member has its data" });
  }
}

/** Written until it is so, and never taken back: what etcd holds after that is its own. */
function reportSnapshot(pass: Pass, { record, orders, observed }: EtcdFacts): void {
  const type = "EtcdSnapshotRestored";
  if (!snapshotURL(pass.hcp) || isTrue(pass.hcp.status?.conditions, type)) return;
  const isThere = record !== undefined && !beginsWithSnapshot(orders);
  if (isThere && pass.snapshot === "readable") {
    const message = "etcd began with the snapshot";
    state(pass, { type, status: "True", reason: "AsExpected", message });
    return;
  }
  const asked = { reason: "EtcdRestoring", message: "etcd is to begin with the snapshot of restoreSnapshotURL" };
  const found = pass.snapshot === "readable" ? undefined : pass.snapshot;
  state(pass, { type, status: "False", ...(restoreState(observed) ?? found ?? asked) });
}

const isLearning = (member: MemberObservation | undefined) => answers(member) && member.isLearner;

function follow(pass: Pass, { namespace, wanted, record, orders, observed }: EtcdFacts, health: EtcdHealth): void {
  const { hcp, secrets, workloads, options } = pass;
  const secret = secrets.find(({ metadata }) => metadata?.name === "etcd-client-tls");
  const [ca, certificate, key] = ["ca.crt", "tls.crt", "tls.key"].map((file) => textOf(secret, file));
  if (!ca || !certificate || !key || !workloads.has("etcd")) return;
  const { readyReplicas = 0, updatedReplicas = 0 } = workloads.get("etcd")?.status ?? {};
  const isWhole = wanted.every((name) => votes(observed?.[name]) && orders[name] === hold);
  options.etcd.follow({
    hosts: Object.fromEntries(members(hcp).map((member) => [member, memberHost(member, namespace)])),
    access: { ca, certificate, key },
    sign: `${readyReplicas}/${updatedReplicas}`,
    settled: health.available && record !== undefined && isWhole,
    hurried: isStopped(pass),
    kept: durableRecord(pass.configMaps).etcdRevision,
    // Whoever puts etcd back means to.
    paused: findCondition(hcp.status?.conditions, "ReconciliationActive")?.status === "False",
  });
}
