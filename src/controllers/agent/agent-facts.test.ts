import { expect, test } from "vitest";
import {
  type Agent,
  credentialAnnotation,
  type HostProgress,
  installationAnnotation,
  installedAnnotation,
  refusedAnnotation,
  releaseAnnotation,
} from "../../api/agent.ts";
import { agentFacts } from "./agent-facts.ts";

const now = new Date("2030-01-01T00:10:00Z");
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);

interface Changes {
  approved?: boolean;
  hostname?: string;
  /** The installation that the host says it runs. */
  runs?: string;
  released?: string;
  refused?: boolean;
  bound?: boolean;
  progress?: HostProgress;
  wasConnected?: boolean;
}

function agent(changes: Changes = {}): Agent {
  const { approved = true, hostname = "host-1", runs, released, refused, bound = false, progress } = changes;
  const connected = { type: "Connected", status: "True", reason: "x", message: "", lastTransitionTime: "" } as const;
  const annotations = {
    [credentialAnnotation]: "digest",
    ...(bound ? { [installationAnnotation]: "one" } : {}),
    ...(runs ? { [installedAnnotation]: `${runs} clusters-demo/demo` } : {}),
    ...(released ? { [releaseAnnotation]: released } : {}),
    ...(refused ? { [refusedAnnotation]: "2030-01-01T00:00:00Z" } : {}),
  };
  return {
    metadata: { name: "4c4c", namespace: "hosts", annotations },
    spec: { approved, ...(bound ? { clusterDeploymentName: { name: "demo", namespace: "clusters-demo" } } : {}) },
    status: {
      phase: runs ? "installed" : "discovery",
      progress,
      inventory: { hostname },
      conditions: changes.wasConnected ? [connected] : [],
    },
  };
}

function facts(changes: Changes = {}, heard = { lastHeard: ago(5), hasCalled: true }) {
  const { conditions, state } = agentFacts(agent(changes), { ...heard, now });
  return { state, reasons: Object.fromEntries(conditions.map(({ type, reason }) => [type, reason])), conditions };
}

test("a host that has just registered waits to be approved", () => {
  const { state, reasons } = facts({ approved: false });
  expect(state).toBe("insufficient-unbound");
  expect(reasons).toMatchObject({
    Connected: "AgentIsConnected",
    RequirementsMet: "AgentIsNotApproved",
    Bound: "Unbound",
  });
});

test("an approved host is ready to be bound", () => {
  expect(facts()).toMatchObject({ state: "known-unbound", reasons: { RequirementsMet: "AgentIsReady" } });
});

test("a host that is silent for more than 90 s is not connected", () => {
  expect(facts({}, { lastHeard: ago(89), hasCalled: true }).reasons.Connected).toBe("AgentIsConnected");
  expect(facts({}, { lastHeard: ago(91), hasCalled: true })).toMatchObject({
    state: "disconnected-unbound",
    reasons: { Connected: "AgentIsDisconnected", RequirementsMet: "AgentNotReady" },
  });
});

test("an operator that has just started believes what was true before, for a while", () => {
  expect(facts({ wasConnected: true }, { lastHeard: ago(5), hasCalled: false }).reasons.Connected).toBe(
    "AgentIsConnected",
  );
  expect(facts({ wasConnected: true }, { lastHeard: ago(91), hasCalled: false }).reasons.Connected).toBe(
    "AgentIsDisconnected",
  );
  expect(facts({}, { lastHeard: ago(5), hasCalled: false }).reasons.Connected).toBe("AgentIsDisconnected");
});

test.each(["localhost", "", "host_1"])("the name %j cannot be a node's", (hostname) => {
  const wanted = hostname === "" ? "ValidationsPassing" : "ValidationsFailing";
  // Without a name of its own the host is called as its Agent is.
  expect(facts({ hostname }).reasons.Validated).toBe(wanted);
});

test.each([
  [undefined, "InstallationNotStarted", "binding"],
  [{ installation: "one", currentStage: "Rebooting" }, "InstallationInProgress", "installing-in-progress"],
  [{ installation: "one", currentStage: "Failed", progressInfo: "disk full" }, "InstallationFailed", "error"],
  [{ installation: "another", currentStage: "Done" }, "InstallationNotStarted", "binding"],
])("the installation of a bound host with progress %j", (progress, reason, state) => {
  expect(facts({ bound: true, progress })).toMatchObject({ state, reasons: { Installed: reason, Bound: "Bound" } });
});

test("a host that is installed and no node yet says what its setup said last", () => {
  const progress = {
    installation: "one",
    currentStage: "Configuring",
    progressInfo: "Could not pull registry/kubelet: x509: certificate signed by unknown authority",
  };
  const { state, reasons, conditions } = facts({ bound: true, runs: "one", progress });
  expect({ state, reason: reasons.Installed }).toEqual({
    state: "installing-in-progress",
    reason: "NodeNotConfigured",
  });
  expect(conditions.find(({ type }) => type === "Installed")?.message).toContain("x509: certificate signed by unknown");
});

test("a node is installed; one whose id asks to register anew has lost its disk", () => {
  const progress = { installation: "one", currentStage: "Done" };
  expect(facts({ bound: true, runs: "one", progress })).toMatchObject({
    state: "added-to-existing-cluster",
    reasons: { Installed: "InstallationCompleted" },
  });
  expect(facts({ bound: true, runs: "one", progress, refused: true }).reasons.Installed).toBe("HostLostItsDisk");
  expect(facts({ bound: true, refused: true }).reasons.Installed).toBe("HostLostItsMemory");
});

test("a host that was given back is unbinding until it has registered", () => {
  expect(facts({ runs: "one", released: "one" })).toMatchObject({
    state: "unbinding",
    reasons: { Installed: "InstallationNotStarted", RequirementsMet: "AgentNotReady" },
  });
  expect(facts({ released: "one" }).state).toBe("unbinding");
});

test.each<[string, Changes]>([
  ["is bound to no cluster", { runs: "one" }],
  ["is bound for another installation", { runs: "two", bound: true }],
])("where a host runs and its Agent %s, both are named and how to have it reset", (_, changes) => {
  const { state, conditions } = facts(changes);
  const installed = conditions.find(({ type }) => type === "Installed");
  expect({ state, reason: installed?.reason }).toEqual({ state: "error", reason: "InstalledForAnother" });
  expect(installed?.message).toContain("installed for clusters-demo/demo");
  expect(installed?.message).toContain(`${releaseAnnotation}=${changes.runs}`);
});
