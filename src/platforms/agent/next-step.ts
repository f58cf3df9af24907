import { type Agent, installationAnnotation } from "../../api/agent.ts";

/** What a host says of itself each time it calls. */
export interface HostReport {
  phase: "discovery" | "installed";
  /** The binding that it was installed for; empty while it runs from memory. */
  installation: string;
  stage?: string;
  message?: string;
}

export type NextStep = "wait" | "install" | "reset";

/** The stage after which a host of this binding is a node, and is not installed a second time. */
export const doneStage = "Done";

/** The binding that a host is to be installed for, or nothing while it belongs to no cluster. */
export function bindingOf({ metadata, spec }: Agent): string | undefined {
  if (metadata?.deletionTimestamp || !spec.approved || !spec.clusterDeploymentName) return undefined;
  return metadata?.annotations?.[installationAnnotation];
}

/** What a host is to do, from what is asked of it and what it says it is. Level-triggered: asked again, told again. */
export function nextStep(agent: Agent, report: HostReport): NextStep {
  const binding = bindingOf(agent);
  if (report.phase === "installed") return binding && report.installation === binding ? "wait" : "reset";
  if (!binding) return "wait";
  // A host that was a node of this binding and comes back from memory has lost its disk: whoever owns the machine
  // decides, by deleting it. Nothing is handed out a second time on the word of somebody who boots with the same id.
  const { progress } = agent.status ?? {};
  return progress?.installation === binding && progress.currentStage === doneStage ? "wait" : "install";
}
