import type { Agent } from "../../api/agent.ts";
import { type IgnitionConfig, ignitionConfig, ignitionFile } from "../../ignition/config.ts";
import { kubeletPaths } from "../../ignition/core/kubelet.ts";
import { mergeConfigs } from "../../ignition/merge-configs.ts";
import { hostAgent, type RegistrationPoint } from "./host-agent.ts";

/** The name that a host's node gets. */
export function hostnameOf(agent: Agent): string {
  return (agent.spec.hostname || agent.status?.inventory?.hostname || agent.metadata?.name || "").toLowerCase();
}

/** How the node and its Machine find each other. */
export function providerID(agent: Agent): string {
  return `agent://${agent.metadata?.name}`;
}

/** What one host is installed with: the pool's user data, the host's own name, and the agent that hears of a reset. */
export function installedIgnition(facts: {
  agent: Agent;
  /** From the machine's bootstrap Secret. */
  userData: IgnitionConfig;
  point: RegistrationPoint;
  credential: string;
  installation: string;
}): IgnitionConfig {
  const { agent, userData, point, credential, installation } = facts;
  const hostname = hostnameOf(agent);
  const { files, unit } = hostAgent(point, {
    phase: "installed",
    namespace: agent.metadata?.namespace ?? "",
    name: agent.metadata?.name ?? "",
    credential,
    installation,
    owner: `${agent.spec.clusterDeploymentName?.namespace}/${agent.spec.clusterDeploymentName?.name}`,
  });
  const own = ignitionConfig({
    files: [
      ...files,
      ignitionFile("/etc/hostname", `${hostname}\n`),
      ignitionFile(
        kubeletPaths.nodeEnvironment,
        `KUBELET_NODE_ARGS=--hostname-override=${hostname} --provider-id=${providerID(agent)}\n`,
      ),
    ],
    units: [unit],
  });
  const overrides = agent.spec.ignitionConfigOverrides;
  const merged = mergeConfigs([userData, own, ...(overrides ? [JSON.parse(overrides) as IgnitionConfig] : [])]);
  return { ...merged, ignition: userData.ignition };
}
