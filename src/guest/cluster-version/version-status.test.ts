import { expect, test } from "vitest";
import { type ClusterOperator, type ClusterVersion, findCondition } from "../../api/index.ts";
import type { DaemonSet, Deployment } from "../../kube/kinds.ts";
import { operatorStatus } from "./operator-status.ts";
import { controlPlanePart, type Part, workloadPart } from "./part.ts";
import { type VersionFacts, versionStatus } from "./version-status.ts";

const now = new Date("2026-11-21T10:00:00Z");
const later = new Date("2026-11-21T11:00:00Z");
const good: Part = { name: "dns", available: true, rolledOut: true, missing: 0, message: "2 of 2" };

function operator(
  name: string,
  part: Partial<Part> = {},
  before?: ClusterOperator,
  version = "1.34.4",
): ClusterOperator {
  return { metadata: { name }, spec: {}, status: operatorStatus([{ ...good, ...part }], version, before?.status, now) };
}

function facts(changes: Partial<VersionFacts> = {}): VersionFacts {
  const operators = [operator("dns"), operator("network")];
  return {
    version: "1.34.4",
    image: "example.com/release:1.34.4",
    operators,
    generation: 1,
    before: undefined,
    now,
    ...changes,
  };
}

const say = (status: ClusterVersion["status"], type: string) => findCondition(status?.conditions, type);
const conditionsOf = (object: ClusterOperator) =>
  Object.fromEntries((object.status?.conditions ?? []).map(({ type, status }) => [type, status]));

function daemonSet(status: DaemonSet["status"], version = "1.34.4"): DaemonSet {
  const annotations = { "release.openshift.io/version": version };
  return { kind: "DaemonSet", metadata: { name: "kube-proxy", generation: 2, annotations }, status };
}

test("a DaemonSet is rolled out once all its pods are up to date, and available while one is", () => {
  const status = {
    currentNumberScheduled: 3,
    desiredNumberScheduled: 3,
    numberMisscheduled: 0,
    numberReady: 3,
    observedGeneration: 2,
  };
  expect(
    workloadPart(daemonSet({ ...status, updatedNumberScheduled: 3, numberAvailable: 1 }), "1.34.4", 3),
  ).toMatchObject({
    available: true,
    rolledOut: true,
    missing: 0,
  });
  expect(workloadPart(daemonSet({ ...status, updatedNumberScheduled: 1, numberReady: 2 }), "1.34.4", 3)).toEqual({
    name: "kube-proxy",
    available: true,
    rolledOut: false,
    missing: 1,
    message: "1 of 3 pods of kube-proxy are up to date",
  });
  expect(workloadPart(daemonSet({ ...status, updatedNumberScheduled: 3, numberReady: 0 }), "1.34.4", 3).available).toBe(
    false,
  );
});

test("a DaemonSet of another version, or one that its controller has not seen yet, is not rolled out", () => {
  const status = { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 };
  expect(workloadPart(daemonSet({ ...status, observedGeneration: 2 }, "1.33.13"), "1.34.4", 3).rolledOut).toBe(false);
  expect(workloadPart(daemonSet({ ...status, observedGeneration: 1 }), "1.34.4", 3).rolledOut).toBe(false);
  expect(workloadPart(daemonSet({ ...status, observedGeneration: 2 }), "1.34.4", 3).rolledOut).toBe(true);
});

test("a Deployment without a running pod is neither available nor rolled out", () => {
  const annotations = { "release.openshift.io/version": "1.34.4" };
  const deployment: Deployment = {
    kind: "Deployment",
    metadata: { name: "coredns", generation: 1, annotations },
    spec: { replicas: 2, selector: {}, template: {} },
    status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2 },
  };
  expect(workloadPart(deployment, "1.34.4", 3)).toMatchObject({ available: false, rolledOut: false, missing: 2 });
});

test("what runs on nodes does not hold up the version of a cluster without any, and is no failure", () => {
  const annotations = { "release.openshift.io/version": "1.34.4" };
  const coredns: Deployment = {
    kind: "Deployment",
    metadata: { name: "coredns", generation: 1, annotations },
    spec: { replicas: 2, selector: {}, template: {} },
    status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2 },
  };
  const dns = (nodes: number, before?: ClusterOperator): ClusterOperator => ({
    metadata: { name: "dns" },
    spec: {},
    status: operatorStatus([workloadPart(coredns, "1.34.4", nodes)], "1.34.4", before?.status, now),
  });
  const homeless = dns(0);
  expect(findCondition(homeless.status?.conditions, "Available")).toMatchObject({
    status: "False",
    reason: "NoWorkerNodesAvailable",
    message: "coredns waits for nodes: the cluster has none",
  });
  const finished = versionStatus(facts({ operators: [homeless, operator("network")] }));
  expect(finished.history).toMatchObject([{ state: "Completed" }]);
  expect(say(finished, "Progressing")?.status).toBe("False");
  expect(say(finished, "Failing")?.status).toBe("False");
  const first = versionStatus(facts({ before: finished, operators: [dns(1, homeless), operator("network")] }));
  expect(first.history).toMatchObject([{ state: "Completed" }]);
  expect(say(first, "Failing")?.status).toBe("False");
  expect(say(first, "Progressing")?.message).toContain("waiting on dns");
});

test("a control plane component that has not reported is not there", () => {
  expect(controlPlanePart("etcd", undefined, "1.34.4")).toMatchObject({ available: false, rolledOut: false });
});

test("a ClusterOperator tells apart what is unavailable, on its way, and short of pods", () => {
  expect(conditionsOf(operator("dns"))).toMatchObject({ Available: "True", Progressing: "False", Degraded: "False" });
  expect(conditionsOf(operator("dns", { available: false, rolledOut: false }))).toMatchObject({
    Available: "False",
    Progressing: "True",
  });
  expect(conditionsOf(operator("dns", { missing: 1 }))).toMatchObject({
    Available: "True",
    Progressing: "False",
    Degraded: "True",
  });
});

test("a ClusterOperator keeps its old version until the new one is rolled out", () => {
  const old = operator("dns", {}, undefined, "1.33.13");
  expect(operator("dns", { rolledOut: false }, old).status?.versions).toEqual([
    { name: "operator", version: "1.33.13" },
  ]);
  expect(operator("dns", {}, old).status?.versions).toEqual([{ name: "operator", version: "1.34.4" }]);
});

test("a first release is partial until every operator has it, and completed then", () => {
  const begun = versionStatus(
    facts({ operators: [operator("dns", { available: false, rolledOut: false }), operator("network")] }),
  );
  expect(begun.history).toEqual([
    {
      state: "Partial",
      version: "1.34.4",
      image: "example.com/release:1.34.4",
      startedTime: "2026-11-21T10:00:00Z",
      completionTime: null,
      verified: false,
    },
  ]);
  expect(say(begun, "Available")?.status).toBe("False");
  expect(say(begun, "Failing")?.status).toBe("False");
  expect(say(begun, "Progressing")).toMatchObject({
    status: "True",
    message: "Working towards 1.34.4: 1 of 2 done, waiting on dns",
  });

  const done = versionStatus(facts({ before: begun, now: later }));
  expect(done.history).toMatchObject([
    { state: "Completed", startedTime: "2026-11-21T10:00:00Z", completionTime: "2026-11-21T11:00:00Z" },
  ]);
  expect(say(done, "Available")?.status).toBe("True");
  expect(say(done, "Progressing")).toMatchObject({ status: "False", message: "Cluster version is 1.34.4" });
});

test("a completed release stays completed when an operator fails later, and the failure shows", () => {
  const done = versionStatus(facts());
  const dns = operator("dns", { available: false, message: "0 of 2 pods of coredns are available" }, operator("dns"));
  const broken = versionStatus(facts({ before: done, operators: [dns, operator("network")] }));
  expect(broken.history).toEqual(done.history);
  expect(say(broken, "Available")?.status).toBe("True");
  expect(say(broken, "Failing")).toMatchObject({
    status: "True",
    message: expect.stringContaining("0 of 2 pods of coredns"),
  });
});

test("an update stands before what ran until now, and what was not completed ends with it", () => {
  const first = versionStatus(facts({ version: "1.33.13", image: "example.com/release:1.33.13" }));
  const operators = [operator("dns", { rolledOut: false }), operator("network")];
  const updated = versionStatus(facts({ before: first, now: later, operators }));
  expect(updated.history?.map(({ version, state }) => [version, state])).toEqual([
    ["1.34.4", "Partial"],
    ["1.33.13", "Partial"],
  ]);
  expect(updated.history?.[1]?.completionTime).toBe("2026-11-21T11:00:00Z");
});

test("the same facts give the same status", () => {
  const status = versionStatus(facts());
  expect(versionStatus(facts({ before: status, now: later }))).toEqual(status);
});
