import { type Agent, refusedAnnotation, releaseAnnotation } from "../../api/agent.ts";
import { type ConditionUpdate, isTrue } from "../../api/condition.ts";
import { hostnameOf } from "../../platforms/agent/installed-ignition.ts";
import { bindingOf, installedFor, isInMemory, isInstalled, releasedFrom } from "../../platforms/agent/next-step.ts";

/** A host that has not called for this long is not connected. It calls every 20 s, and reboots in less. */
const silenceMs = 90_000;

/** A host that does not come back from its reboot in this time probably cannot fetch its configuration. */
const slowMs = 5 * 60_000;
const slowHint = "See whether the host runs, and whether it reaches the ignition server of the cluster";

export interface AgentFacts {
  conditions: ConditionUpdate[];
  /** One word of assisted-service's list of states. */
  state: string;
  stateInfo: string;
  role: string;
}

/** What there is to say of a host, from what is asked of it, what it reports, and when it last did. */
export function agentFacts(agent: Agent, heard: { lastHeard: Date; hasCalled: boolean; now: Date }): AgentFacts {
  const connected = connection(agent, heard);
  const validated = validation(agent);
  const installed = installation(agent, heard.now);
  const bound = binding(agent);
  const requirements = requirementsMet(agent, connected, validated);
  return {
    conditions: [specSynced(agent), connected, requirements, validated, installed, bound],
    ...stateOf(agent, connected.status === "True"),
    role: bindingOf(agent) ? "worker" : "auto-assign",
  };
}

function specSynced({ spec }: Agent): ConditionUpdate {
  try {
    JSON.parse(spec.ignitionConfigOverrides || "{}");
    return condition("SpecSynced", true, "SyncOK", "The Spec has been successfully applied");
  } catch (error) {
    return condition(
      "SpecSynced",
      false,
      "InputError",
      `spec.ignitionConfigOverrides is not JSON: ${(error as Error).message}. Write an Ignition configuration as JSON`,
    );
  }
}

function connection(agent: Agent, heard: { lastHeard: Date; hasCalled: boolean; now: Date }): ConditionUpdate {
  const silent = heard.now.getTime() - heard.lastHeard.getTime();
  // An operator that has just started has heard nobody: what was true before holds until it must have.
  const before = isTrue(agent.status?.conditions, "Connected");
  if (silent <= silenceMs && (heard.hasCalled || before)) {
    return condition("Connected", true, "AgentIsConnected", "The agent's connection to the operator is unimpaired");
  }
  return condition(
    "Connected",
    false,
    "AgentIsDisconnected",
    heard.hasCalled || silent > silenceMs
      ? "The host has not called for more than 90 s: see whether it runs and reaches the Service agent-registration"
      : "The host has not called since the operator started",
  );
}

function validation(agent: Agent): ConditionUpdate {
  const hostname = hostnameOf(agent);
  if (!/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(hostname) || hostname.startsWith("localhost")) {
    return condition(
      "Validated",
      false,
      "ValidationsFailing",
      `The host's name ${JSON.stringify(hostname)} cannot be a node's: set spec.hostname to a name of lower case letters, digits and hyphens`,
    );
  }
  return condition("Validated", true, "ValidationsPassing", "The agent's validations are passing");
}

function requirementsMet(agent: Agent, connected: ConditionUpdate, validated: ConditionUpdate): ConditionUpdate {
  if (!agent.spec.approved) {
    return condition(
      "RequirementsMet",
      false,
      "AgentIsNotApproved",
      "The agent is not approved: set spec.approved to true",
    );
  }
  for (const need of [validated, connected]) {
    if (need.status !== "True") return condition("RequirementsMet", false, "AgentNotReady", need.message ?? "");
  }
  if (bindingOf(agent))
    return condition("RequirementsMet", true, "AgentAlreadyInstalling", "Installation already started");
  if (!isInMemory(agent)) {
    return condition(
      "RequirementsMet",
      false,
      "AgentNotReady",
      "The host has not registered since it was last installed: it does when it runs from memory",
    );
  }
  return condition("RequirementsMet", true, "AgentIsReady", "The agent is ready to begin the installation");
}

function installation(agent: Agent, now: Date): ConditionUpdate {
  const wanted = bindingOf(agent);
  const { progress } = agent.status ?? {};
  const differs = difference(agent);
  if (differs) return condition("Installed", false, "InstalledForAnother", differs);
  const refused = agent.metadata?.annotations?.[refusedAnnotation];
  if (refused) {
    return condition(
      "Installed",
      false,
      isInstalled(agent) ? "HostLostItsDisk" : "HostLostItsMemory",
      `Since ${refused} a host of this id asks to register anew, as one that ${isInstalled(agent) ? "lost its disk" : "was switched off during its installation"} does: delete its Machine, then the host is free again`,
    );
  }
  if (!wanted || progress?.installation !== wanted) {
    return condition("Installed", false, "InstallationNotStarted", "The installation has not yet started");
  }
  if (progress.currentStage === "Failed") {
    return condition(
      "Installed",
      false,
      "InstallationFailed",
      `The installation has failed and is tried again: ${progress.progressInfo}`,
    );
  }
  if (progress.currentStage === "Configuring") {
    return condition("Installed", false, "NodeNotConfigured", `The host is not a node yet: ${progress.progressInfo}`);
  }
  if (progress.currentStage !== "Done") {
    const slow = now.getTime() - Date.parse(progress.stageStartTime ?? "") > slowMs;
    return condition(
      "Installed",
      false,
      "InstallationInProgress",
      `The installation is in progress: ${progress.currentStage}${slow ? `, for long. ${slowHint}` : ""}`,
    );
  }
  return condition("Installed", true, "InstallationCompleted", "The installation has completed: Done");
}

/** What is to be said where a host runs something else than its Agent is bound for. Nothing is done about it. */
function difference(agent: Agent): string | undefined {
  const runs = installedFor(agent);
  if (!runs || runs.installation === bindingOf(agent) || runs.installation === releasedFrom(agent)) return undefined;
  const cluster = agent.spec.clusterDeploymentName;
  return (
    `The host says that it is installed for ${runs.owner || "a cluster that it does not name"}, and this Agent is ` +
    `${cluster ? `bound for another installation, of ${cluster.namespace}/${cluster.name}` : "bound to no cluster"}: ` +
    "nothing is done to it. Restore the newer state of these objects, or have the host reset and lose that node by " +
    `annotating the Agent with ${releaseAnnotation}=${runs.installation}`
  );
}

function binding({ spec }: Agent): ConditionUpdate {
  const cluster = spec.clusterDeploymentName;
  if (cluster)
    return condition("Bound", true, "Bound", `The agent is bound to the cluster ${cluster.namespace}/${cluster.name}`);
  return condition("Bound", false, "Unbound", "The agent is not bound to any cluster");
}

/** The words of `kubectl get agents`, `hcp local host list` and docs/hosts.md. */
function stateOf(agent: Agent, connected: boolean): { state: string; stateInfo: string } {
  const wanted = bindingOf(agent);
  const differs = difference(agent);
  if (differs) return { state: "error", stateInfo: differs };
  if (!wanted && releasedFrom(agent)) {
    return { state: "unbinding", stateInfo: "Host was given back, and is free once it has registered again" };
  }
  if (!connected)
    return { state: wanted ? "disconnected" : "disconnected-unbound", stateInfo: "Host has stopped communicating" };
  if (!wanted) {
    return agent.spec.approved
      ? { state: "known-unbound", stateInfo: "Host is ready to be bound to a cluster" }
      : { state: "insufficient-unbound", stateInfo: "Host waits to be approved" };
  }
  const { progress } = agent.status ?? {};
  if (progress?.installation !== wanted) return { state: "binding", stateInfo: "Host is waiting to be installed" };
  if (progress.currentStage === "Failed") return { state: "error", stateInfo: progress.progressInfo ?? "" };
  if (progress.currentStage !== "Done") {
    const stateInfo = [progress.currentStage, progress.progressInfo].filter(Boolean).join(": ");
    return { state: "installing-in-progress", stateInfo };
  }
  return { state: "added-to-existing-cluster", stateInfo: "Done" };
}

function condition(type: string, holds: boolean, reason: string, message: string): ConditionUpdate {
  return { type, status: holds ? "True" : "False", reason, message };
}
