import { Agent, agentMachineLabel, agentMachineNamespaceLabel } from "../../api/agent.ts";
import { AgentCluster } from "../../api/agent-cluster.ts";
import { AgentMachineTemplate } from "../../api/agent-machine-template.ts";
import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import { matchesSelector } from "../../kube/matches-selector.ts";
import type { InfrastructureFacts, MachineTemplateFacts, Platform } from "../platform.ts";
import { architectureOf } from "./architecture-of.ts";
import { fits, freeAgents } from "./free-agents.ts";
import { hostConsentProblem } from "./host-consent.ts";
import { releasedFrom } from "./next-step.ts";
import { selectorText } from "./selector-text.ts";

const apiVersion = "capi-provider.agent-install.openshift.io/v1beta1";

/** Nodes are hosts that booted a discovery configuration and registered as Agents. */
export const agent: Platform = {
  type: "Agent",
  infrastructure: agentCluster,
  machineTemplate: agentMachineTemplate,
  machineTemplateKind: AgentMachineTemplate,

  async problem(cluster, kube) {
    const namespace = cluster.spec.platform.agent?.agentNamespace;
    if (!namespace) return "spec.platform.agent.agentNamespace is missing: name the namespace that hosts register in";
    const controlPlane = controlPlaneNamespace(cluster);
    // A cluster that was let in stays: that its hosts' owner takes no more of it is said where it asks for more.
    const made = await kube.get(AgentCluster, cluster.metadata?.name ?? "", controlPlane);
    if (made?.spec.agentNamespace === namespace) return undefined;
    const refused = await hostConsentProblem(kube, { namespace, controlPlane });
    return refused && `spec.platform.agent.agentNamespace cannot be used: ${refused}`;
  },

  async shortage({ pool, cluster, namespace: controlPlane, waiting }, kube) {
    const namespace = cluster.spec.platform.agent?.agentNamespace ?? "";
    const refused = await hostConsentProblem(kube, { namespace, controlPlane });
    if (refused) return { reason: "NoConsent", message: refused };
    const selector = pool.spec.platform.agent?.agentLabelSelector;
    const { arch: architecture = "amd64" } = pool.spec;
    const agents = await kube.list(Agent, { namespace });
    const served = new Set(agents.map(({ metadata }) => machineOf(metadata?.labels, controlPlane)));
    const missing = waiting.filter((name) => !served.has(name)).length;
    const matching = agents.filter((each) => matchesSelector(each.metadata?.labels, selector));
    const free = freeAgents(agents, { selector, architecture });
    if (free.length >= missing) return undefined;
    const unapproved = matching.filter((each) => !each.spec.approved && !each.spec.clusterDeploymentName).length;
    const bound = matching.filter((each) => each.spec.clusterDeploymentName).length;
    const unbound = matching.filter((each) => !each.spec.clusterDeploymentName);
    const others = [
      ...counted(unbound.filter(releasedFrom).length, "not reset yet"),
      ...counted(
        unbound.filter((each) => !fits(each, { architecture })).length,
        `of another architecture than ${architecture} (${[...new Set(unbound.flatMap((each) => architectureOf(each) ?? []))].join(", ")})`,
      ),
    ].join("");
    const which = selector ? `match the selector ${selectorText(selector)}` : "are registered";
    return {
      reason: "NotEnoughHosts",
      message:
        `${missing} more ${missing === 1 ? "host is" : "hosts are"} wanted and ${free.length} can be used: ` +
        `${matching.length} in namespace ${namespace} ${which}, of which ${bound} belong to a cluster and ${unapproved} are not approved${others}. ` +
        (unapproved > 0
          ? "Approve hosts (spec.approved of the Agent), add hosts, or lower spec.replicas"
          : "Add hosts, or lower spec.replicas"),
    };
  },
};

function counted(count: number, what: string): string[] {
  return count > 0 ? [`, ${count} ${count === 1 ? "is" : "are"} ${what}`] : [];
}

/** The AgentMachine of this control plane that an Agent with these labels was taken by. */
function machineOf(labels: Record<string, string> = {}, controlPlane: string): string | undefined {
  return labels[agentMachineNamespaceLabel] === controlPlane ? labels[agentMachineLabel] : undefined;
}

function agentCluster({ cluster, namespace, endpoint }: InfrastructureFacts): AgentCluster {
  return {
    apiVersion,
    kind: "AgentCluster",
    metadata: { name: cluster.metadata?.name, namespace },
    spec: {
      clusterName: cluster.metadata?.name,
      releaseImage: cluster.spec.release.image,
      ...(cluster.spec.dns?.baseDomain ? { baseDomain: cluster.spec.dns.baseDomain } : {}),
      agentNamespace: cluster.spec.platform.agent?.agentNamespace,
      ...(endpoint ? { controlPlaneEndpoint: endpoint } : {}),
    },
  };
}

function agentMachineTemplate({ pool, namespace }: MachineTemplateFacts): AgentMachineTemplate {
  const selector = pool.spec.platform.agent?.agentLabelSelector;
  return {
    apiVersion,
    kind: "AgentMachineTemplate",
    metadata: { namespace },
    spec: { template: { spec: selector ? { agentLabelSelector: selector } : {} } },
  };
}
