import {
  type Agent,
  credentialAnnotation,
  installationAnnotation,
  installedAnnotation,
  releaseAnnotation,
} from "../../api/agent.ts";

/** What a host says of itself each time it calls. */
export interface HostReport {
  phase: "discovery" | "installed";
  /** What it was installed for, as it noted down itself; empty while it runs from memory. */
  installation: string;
  /** `namespace/name` of the cluster that it was installed for. */
  owner?: string;
  stage?: string;
  message?: string;
}

export type NextStep = "wait" | "install" | "reset";

/** The stages of an installation, in order, in assisted-service's words. */
export const stages = ["Writing image to disk", "Rebooting", "Configuring", "Done", "Failed"] as const;
export type Stage = (typeof stages)[number];

/** The installation that an Agent is bound for, or nothing while it belongs to no cluster. */
export function bindingOf({ metadata, spec }: Agent): string | undefined {
  if (metadata?.deletionTimestamp || !spec.clusterDeploymentName) return undefined;
  return metadata?.annotations?.[installationAnnotation];
}

/** What the host last said it is installed for, or nothing where it runs from memory. */
export function installedFor({ metadata }: Agent): { installation: string; owner: string } | undefined {
  const [installation, owner = ""] = metadata?.annotations?.[installedAnnotation]?.split(" ") ?? [];
  return installation ? { installation, owner } : undefined;
}

/** Whether the host runs what it is bound for. */
export function isInstalled(agent: Agent): boolean {
  const binding = bindingOf(agent);
  return binding !== undefined && installedFor(agent)?.installation === binding;
}

/** The installation that the host was told to give up, until it has registered again. */
export function releasedFrom({ metadata }: Agent): string | undefined {
  return metadata?.annotations?.[releaseAnnotation];
}

/** Whether the host runs from memory, as far as anybody but itself can know: it registered, and nothing came since. */
export function isInMemory(agent: Agent): boolean {
  const { metadata, status } = agent;
  const known = metadata?.annotations?.[credentialAnnotation] !== undefined;
  return known && status?.phase === "discovery" && !installedFor(agent) && !releasedFrom(agent);
}

/**
 * What a host is to do, from what is asked of it and what it says it is. Level-triggered: asked again, told again.
 *
 * A host loses its disk on one order only: the release of the very installation that it says it runs. That the Agent
 * is not bound, not approved or bound for something else may as well mean that it comes from an older backup.
 */
export function nextStep(agent: Agent, report: HostReport): NextStep {
  if (report.phase === "installed") {
    return report.installation !== "" && report.installation === releasedFrom(agent) ? "reset" : "wait";
  }
  // A host that was a node of this binding and comes back from memory has lost its disk: whoever owns the machine
  // decides, by deleting it. Nothing is handed out a second time on the word of somebody who boots with the same id.
  return bindingOf(agent) && agent.spec.approved && isInMemory(agent) ? "install" : "wait";
}
