import { type ConditionUpdate, HostedControlPlane, isTrue, setCondition } from "../../api/index.ts";
import { type Controller, watches } from "../../kube/controller.ts";
import { Deployment, Node, Pod } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { sentenceOf } from "../../kube/log.ts";
import { managedLabels } from "../component.ts";
import { conditionsOf } from "../conditions-of.ts";
import type { HostedClusterOptions } from "../options.ts";

const agentLabels = { app: "konnectivity-agent" };
// A connection that breaks is no event: it is tried this often.
const tryEveryMs = 60_000;
const logTimeoutMs = 10_000;

/**
 * Reports whether the control plane reaches the nodes (by reading the log of a konnectivity agent through the API
 * server), and whether pods on the nodes reach the control plane (by the cluster's DNS, which needs it to be ready).
 */
export function dataPlaneConnection({ guest, namespace }: HostedClusterOptions): Controller<HostedControlPlane> {
  const everything = () => undefined;
  return {
    name: "data-plane-connection",
    kind: HostedControlPlane,
    namespace,
    watches: [
      watches({ kube: guest, kind: Pod, namespace: "kube-system", labels: agentLabels, keysOf: everything }),
      watches({ kube: guest, kind: Deployment, labels: managedLabels, keysOf: everything }),
      watches({ kube: guest, kind: Node, keysOf: everything }),
    ],
    resyncMs: tryEveryMs,
    async reconcile(hostedControlPlane, { now }) {
      const [nodes, pods, dns] = await Promise.all([
        guest.list(Node),
        guest.list(Pod, { namespace: "kube-system", labels: agentLabels }),
        guest.get(Deployment, "coredns", "kube-system"),
      ]);
      const conditions = conditionsOf(hostedControlPlane);
      const toNodes = nodes.length === 0 ? noNodes : await reachesNodes(guest, pods);
      const toControlPlane = nodes.length === 0 ? noNodes : reachesControlPlane(nodes, dns);
      setCondition(conditions, { type: "DataPlaneConnectionAvailable", ...toNodes }, now());
      setCondition(conditions, { type: "ControlPlaneConnectionAvailable", ...toControlPlane }, now());
      if (hostedControlPlane.status) hostedControlPlane.status.nodeCount = nodes.length;
    },
  };
}

type Finding = Omit<ConditionUpdate, "type">;

const noNodes: Finding = { status: "Unknown", reason: "NoWorkerNodesAvailable", message: "The cluster has no nodes" };

async function reachesNodes(guest: Kube, pods: Pod[]): Promise<Finding> {
  const running = pods.filter(({ status }) => status?.phase === "Running").map(({ metadata }) => metadata?.name ?? "");
  if (running.length === 0) {
    return {
      status: "False",
      reason: "KonnectivityAgentPodsNotFound",
      message: "No konnectivity agent runs on a node",
    };
  }
  let problem = "";
  for (const name of running.slice(0, 3)) {
    const found = await readLog(guest, name);
    if (found === undefined) return { status: "True", reason: "AsExpected" };
    problem = `The log of ${name} cannot be read: ${found}`;
  }
  return { status: "False", reason: "LogsAccessFailed", message: problem };
}

/** Nothing where the log could be read, and why not otherwise. */
async function readLog(guest: Kube, pod: string): Promise<string | undefined> {
  const path = `/api/v1/namespaces/kube-system/pods/${pod}/log?tailLines=1&limitBytes=200`;
  try {
    const { status, body } = await guest.request("GET", path, { signal: AbortSignal.timeout(logTimeoutMs) });
    if (status === 200) return;
    return (JSON.parse(body) as { message?: string }).message ?? `status ${status}`;
  } catch (error) {
    return sentenceOf(error);
  }
}

function reachesControlPlane(nodes: Node[], dns: Deployment | undefined): Finding {
  // CoreDNS is ready only while it follows the API from inside the pod network.
  if ((dns?.status?.availableReplicas ?? 0) > 0) return { status: "True", reason: "AsExpected" };
  const ready = nodes.filter(({ status }) => isTrue(status?.conditions, "Ready")).length;
  const message =
    ready === 0
      ? "No node is ready"
      : "Kubelets reach the control plane, but no pod of the cluster's DNS does, or none is running yet";
  return { status: "False", reason: "KASAccessFailed", message };
}
