import {
  Agent,
  agentMachineLabel,
  agentMachineNamespaceLabel,
  approvalAnnotation,
  credentialAnnotation,
  infraEnvLabel,
  installationAnnotation,
  refusedAnnotation,
  releaseAnnotation,
  releasedCredentialAnnotation,
  takenByAnnotation,
} from "../../api/agent.ts";
import type { AgentMachine } from "../../api/agent-machine.ts";
import { isTrue } from "../../api/condition.ts";
import { InfraEnv } from "../../api/infra-env.ts";
import { type Context, type Outcome, wait } from "../../kube/controller.ts";
import type { Kube } from "../../kube/kube.ts";
import { releasedFrom } from "../../platforms/agent/next-step.ts";
import { findAgent } from "./find-agent.ts";
import { forgetUserData } from "./user-data.ts";

/** A host that calls and does not reset itself in this time does not hold up its machine any longer. */
const patienceMs = 10 * 60_000;

/**
 * Gives the Agent of a machine that goes back: the order to its host to reset itself, the only one that makes it do so.
 * What the former cluster's administrator may know of the host is worth nothing from now on, and it is free only once
 * it has registered again. The machine stays until then, or until the host is not there to do so.
 */
export async function releaseAgent(
  machine: AgentMachine,
  { kube, log, now }: Context,
  operatorNamespace: string,
): Promise<Outcome> {
  const bound = await findAgent(kube, machine);
  if (bound) {
    await forgetUserData(kube, operatorNamespace, bound.metadata);
    await release(kube, bound);
    log.info({ agent: bound.metadata?.name }, "gave a host back");
  }
  const reference = machine.status?.agentRef;
  const agent = reference && (await kube.get(Agent, reference.name, reference.namespace));
  if (reference && !agent) await forgetUserData(kube, operatorNamespace, reference);
  // Taken by another machine meanwhile: then it was free.
  if (!agent || agent.spec.clusterDeploymentName || !releasedFrom(agent)) return undefined;
  if (!isTrue(agent.status?.conditions, "Connected")) return undefined;
  const since = now().getTime() - Date.parse(machine.metadata?.deletionTimestamp ?? now().toISOString());
  if (since > patienceMs) return undefined;
  return wait("HostIsReset", `Waiting for host ${reference.namespace}/${reference.name} to reset itself`, 5_000);
}

async function release(kube: Kube, agent: Agent): Promise<void> {
  const {
    [agentMachineLabel]: _machine,
    [agentMachineNamespaceLabel]: _namespace,
    ...labels
  } = agent.metadata?.labels ?? {};
  const {
    [takenByAnnotation]: _taker,
    [refusedAnnotation]: _refused,
    [installationAnnotation]: installation = "",
    [credentialAnnotation]: credential,
    ...others
  } = agent.metadata?.annotations ?? {};
  const annotations = {
    ...others,
    [releaseAnnotation]: installation,
    ...(credential ? { [releasedCredentialAnnotation]: credential } : {}),
  };
  const { clusterDeploymentName: _cluster, ...spec } = agent.spec;
  const approved = spec.approved && (await staysApproved(kube, agent));
  // Written whole, so that it fails where somebody else wrote: then it is looked at again.
  await kube.replace<Agent>({
    ...agent,
    metadata: { ...agent.metadata, labels, annotations },
    spec: { ...spec, approved },
  });
}

async function staysApproved(kube: Kube, { metadata }: Agent): Promise<boolean> {
  const infraEnv = await kube.get(InfraEnv, metadata?.labels?.[infraEnvLabel] ?? "", metadata?.namespace);
  return infraEnv?.metadata?.annotations?.[approvalAnnotation] === "keep";
}
