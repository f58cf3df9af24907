import type { Agent, HostProgress } from "../../api/agent.ts";
import { bindingOf, type HostReport, isInstalled, type Stage, stages } from "./next-step.ts";

/** How far the installation is, from what the host reports; nothing where that is no news. */
export function reportedProgress(agent: Agent, report: HostReport, now: Date): HostProgress | undefined {
  const { progress = {} } = agent.status ?? {};
  const binding = bindingOf(agent);
  const stage = stageOf(agent, report, binding);
  if (!binding || !stage) return undefined;
  const known = progress.installation === binding && progress.currentStage === stage;
  if (known && (progress.progressInfo ?? "") === (report.message ?? "")) return undefined;
  const time = `${now.toISOString().slice(0, 19)}Z`;
  return {
    installation: binding,
    currentStage: stage,
    progressInfo: report.message ?? "",
    stageStartTime: known ? progress.stageStartTime : time,
    stageUpdateTime: time,
  };
}

function stageOf(agent: Agent, report: HostReport, binding: string | undefined): Stage | undefined {
  if (report.phase === "installed") {
    if (report.installation !== binding) return undefined;
    // A host that is installed has something to say until it is a node.
    return report.message ? "Configuring" : "Done";
  }
  // A host that was installed is never less than that, whatever somebody with its credential says.
  return isInstalled(agent) ? undefined : stages.find((each) => each === report.stage);
}
