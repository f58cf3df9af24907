import { MachineDeployment, MachineSet } from "../../api/cluster-api.ts";
import { paused } from "../../api/paused.ts";
import { type Outcome, wait } from "../../kube/controller.ts";
import type { Kind } from "../../kube/kind.ts";
import { isOfPool } from "./is-of-pool.ts";
import { type Pass, state } from "./pass.ts";

/** How long to wait at most in one go: timers do not reach further. */
const longestWaitMs = 24 * 3_600_000;
const pausedAnnotation = "cluster.x-k8s.io/paused";

/** Stops everything for the pool while it is paused, in Cluster API as well. Its conditions stay up to date. */
export async function checkPaused(pass: Pass): Promise<Outcome> {
  const { pool, kube, namespace, now } = pass;
  const pause = paused(pool.spec.pausedUntil, now());
  state(pass, {
    type: "ReconciliationActive",
    status: pause.paused ? "False" : "True",
    reason: pause.valid ? (pause.paused ? "ReconciliationPaused" : "AsExpected") : "InvalidPausedUntilValue",
    message: pause.message,
  });
  const name = pool.metadata?.name ?? "";
  for (const kind of [MachineDeployment, MachineSet] as Kind[]) {
    // Listed, because a pool has but one of the two: for one that is not there the server would be asked each time.
    const machines = (await kube.list(kind, { namespace })).find(({ metadata }) => metadata?.name === name);
    const isPaused = machines?.metadata?.annotations?.[pausedAnnotation] !== undefined;
    if (!machines || !isOfPool(machines, pool) || isPaused === pause.paused) continue;
    const annotations = { [pausedAnnotation]: pause.paused ? "true" : null };
    await kube.patch(kind, name, namespace, { metadata: { annotations } });
  }
  if (!pause.paused) return undefined;
  return wait("ReconciliationPaused", pause.message, Math.min(pause.endsInMs ?? longestWaitMs, longestWaitMs));
}
