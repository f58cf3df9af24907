import type { Log } from "../kube/controller.ts";
import type { Health } from "../kube/health.ts";
import type { Kube } from "../kube/kube.ts";
import { type Pass, runControllers } from "../kube/run-controllers.ts";
import { Heartbeats } from "../platforms/agent/heartbeats.ts";
import { serveHosts } from "../platforms/agent/serve-hosts.ts";
import { agentController } from "./agent/controller.ts";

/** What the program `agent-registration` is started with. */
export interface AgentRegistrationProgram {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** The operator's namespace, where the serving certificate is. */
  namespace: string;
  onPass?: (pass: Pass) => void;
  health?: Health;
}

/**
 * Serves hosts until the signal aborts, apart from the operator and with few rights, because strangers reach it. What
 * there is to say of each Agent is said here as well: only this process knows when a host last called.
 */
export async function runAgentRegistration(program: AgentRegistrationProgram): Promise<void> {
  const { kube, log, signal, onPass, health } = program;
  const now = () => new Date();
  const heartbeats = new Heartbeats(now());
  await Promise.all([
    runControllers([agentController({ heartbeats })], { kube, log, signal, now, onPass, health }),
    serveHosts({ ...program, heartbeats }),
  ]);
}
