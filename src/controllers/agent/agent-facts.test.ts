import { expect, test } from "vitest";
import { type Agent, type HostProgress, installationAnnotation } from "../../api/agent.ts";
import { agentFacts } from "./agent-facts.ts";

const now = new Date("2030-01-01T00:10:00Z");
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);

interface Changes {
  approved?: boolean;
  hostname?: string;
  phase?: "discovery" | "installed";
  bound?: boolean;
  progress?: HostProgress;
  wasConnected?: boolean;
}

function agent(changes: Changes = {}): Agent {
  const { approved = true, hostname = "host-1", phase = "discovery", bound = false, progress, wasConnected } = changes;
  const connected = { type: "Connected", status: "True", reason: "x", message: "", lastTransitionTime: "" } as const;
  return {
    metadata: { name: "4c4c", namespace: "hosts", annotations: bound ? { [installationAnnotation]: "uid" } : {} },
    spec: { approved, ...(bound ? { clusterDeploymentName: { name: "demo", namespace: "clusters-demo" } } : {}) },
    status: { phase, progress, inventory: { hostname }, conditions: wasConnected ? [connected] : [] },
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
  [{ installation: "uid", currentStage: "Rebooting" }, "InstallationInProgress", "installing-in-progress"],
  [{ installation: "uid", currentStage: "Failed", progressInfo: "disk full" }, "InstallationFailed", "error"],
  [{ installation: "another", currentStage: "Done" }, "InstallationNotStarted", "binding"],
])("the installation of a bound host with progress %j", (progress, reason, state) => {
  expect(facts({ bound: true, progress })).toMatchObject({ state, reasons: { Installed: reason, Bound: "Bound" } });
});

test("a node is installed; one that comes back from memory has lost its disk", () => {
  const progress = { installation: "uid", currentStage: "Done" };
  expect(facts({ bound: true, phase: "installed", progress })).toMatchObject({
    state: "added-to-existing-cluster",
    reasons: { Installed: "InstallationCompleted" },
  });
  expect(facts({ bound: true, phase: "discovery", progress }).reasons.Installed).toBe("HostLostItsDisk");
});

test("a host that was given back is unbinding until it runs from memory", () => {
  expect(facts({ phase: "installed" }).state).toBe("unbinding");
});
