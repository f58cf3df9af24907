import { clusterApiVersion, MachineHealthCheck } from "../../api/cluster-api.ts";
import { isTrue } from "../../api/condition.ts";
import { managesMachines } from "./ensure-machines.ts";
import { goDurationSeconds } from "./go-duration-seconds.ts";
import { machineSelector } from "./machines.ts";
import type { Pass } from "./pass.ts";

/** A host of bare metal may take this long to boot; everything else takes half of it. */
const timeoutSeconds = { Agent: 16 * 60, None: 16 * 60, other: 8 * 60 };

/** Has Cluster API replace machines whose nodes stay unhealthy, where the pool asks for that. */
export async function ensureHealthCheck(pass: Pass): Promise<void> {
  const { kube, pool, cluster, namespace } = pass;
  const name = pool.metadata?.name ?? "";
  const wanted = pool.spec.management.autoRepair === true && managesMachines(pass);
  if (!wanted) {
    const checks = await kube.list(MachineHealthCheck, { namespace });
    if (checks.some(({ metadata }) => metadata?.name === name)) await kube.delete(MachineHealthCheck, name, namespace);
    return;
  }
  // Before the first machine got its configuration, all of them would look unhealthy.
  if (!isTrue(pool.status?.conditions, "ReachedIgnitionEndpoint")) return;
  await kube.apply(healthCheck(pass, cluster.spec.infraID ?? ""));
}

function healthCheck(pass: Pass, clusterName: string): MachineHealthCheck {
  const { pool, namespace } = pass;
  const tuning = (what: string) => tuned(pass, `hypershift.openshift.io/machine-health-check-${what}`);
  const { type } = pool.spec.platform;
  const fallback = type === "Agent" || type === "None" ? timeoutSeconds[type] : timeoutSeconds.other;
  const seconds = goDurationSeconds(tuning("timeout")) ?? fallback;
  const most = tuning("max-unhealthy") ?? "2";
  return {
    apiVersion: clusterApiVersion,
    kind: "MachineHealthCheck",
    metadata: { name: pool.metadata?.name, namespace },
    spec: {
      clusterName,
      selector: { matchLabels: machineSelector({ pool, clusterName }) },
      checks: {
        nodeStartupTimeoutSeconds: goDurationSeconds(tuning("node-startup-timeout")) ?? 20 * 60,
        unhealthyNodeConditions: [
          { type: "Ready", status: "False", timeoutSeconds: seconds },
          { type: "Ready", status: "Unknown", timeoutSeconds: seconds },
        ],
      },
      remediation: { triggerIf: { unhealthyLessThanOrEqualTo: /^\d+$/.test(most) ? Number(most) : most } },
    },
  };
}

/** The pool's annotation, or that of its cluster. */
function tuned({ pool, cluster }: Pass, key: string): string | undefined {
  return pool.metadata?.annotations?.[key] ?? cluster.metadata?.annotations?.[key];
}
