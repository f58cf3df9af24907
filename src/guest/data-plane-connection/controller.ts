import { type ConditionUpdate, findCondition, HostedControlPlane, isTrue } from "../../api/index.ts";
import { type Controller, watches } from "../../kube/controller.ts";
import { Deployment, Node, Pod } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { sentenceOf } from "../../kube/log.ts";
import { managedLabels } from "../component.ts";
import { nameFacts } from "../name-facts.ts";
import { nodeFacts } from "../node-facts.ts";
import type { GuestOptions } from "../options.ts";
import { state } from "../state.ts";

const system = { namespace: "kube-system" };
const agents = { ...system, labels: { app: "konnectivity-agent" }, pick: podFacts };
const deployments = { ...system, labels: managedLabels, pick: deploymentFacts };
// A connection that breaks is no event: it is tried this often.
const tryEveryMs = 30_000;
const logTimeoutMs = 10_000;
// What is asked for is short; who answers in the end is a kubelet, on a machine of the cluster's user.
const logMaxBytes = 64 * 1024;

/**
 * Reports whether the control plane reaches the nodes (by reading the log of a konnectivity agent through the API
 * server), and whether pods on the nodes reach the control plane (by the cluster's DNS, which needs it to be ready).
 */
export function dataPlaneConnection({ guest, namespace }: GuestOptions): Controller<HostedControlPlane> {
  const everything = () => undefined;
  return {
    name: "data-plane-connection",
    kind: HostedControlPlane,
    namespace,
    watches: [
      watches({ kube: guest, kind: Pod, ...agents, keep: true, keysOf: everything }),
      watches({ kube: guest, kind: Deployment, ...deployments, keep: true, keysOf: everything }),
      watches({ kube: guest, kind: Node, pick: nodeFacts, keysOf: everything }),
    ],
    resyncMs: tryEveryMs,
    async reconcile(hostedControlPlane, { now, on }) {
      const [nodes, pods, [dns]] = await Promise.all([
        // This is also how it shows that the API server answers: what it does not say is no news of now.
        guest.list(Node, { pick: nodeFacts }),
        on(guest).list(Pod, agents),
        on(guest).list(Deployment, { ...deployments, fields: { "metadata.name": "coredns" } }),
      ]);
      const toNodes = nodes.length === 0 ? noNodes : await reachesNodes(guest, pods);
      const toControlPlane = nodes.length === 0 ? noNodes : reachesControlPlane(nodes, dns);
      state(hostedControlPlane, { type: "DataPlaneConnectionAvailable", ...toNodes }, now());
      state(hostedControlPlane, { type: "ControlPlaneConnectionAvailable", ...toControlPlane }, now());
      if (!hostedControlPlane.status) return;
      hostedControlPlane.status.nodeCount = nodes.length;
      hostedControlPlane.status.reportingNodeCount = nodes.length - silentOf(nodes).length;
    },
    // What was found before an API server went away is no news of now.
    summarize(hostedControlPlane, { error }, { now }) {
      if (!error) return;
      for (const type of ["DataPlaneConnectionAvailable", "ControlPlaneConnectionAvailable"])
        state(hostedControlPlane, { type, ...stale }, now());
    },
  };
}

/** What is needed of a pod or Deployment, which the cluster's administrators can make as large as they like. */
function podFacts(pod: Pod): Pod {
  return { ...nameFacts(pod), status: { phase: pod.status?.phase } };
}

function deploymentFacts(deployment: Deployment): Deployment {
  return { ...nameFacts(deployment), status: { availableReplicas: deployment.status?.availableReplicas } };
}

type Finding = Omit<ConditionUpdate, "type">;

const noNodes: Finding = { status: "Unknown", reason: "NoWorkerNodesAvailable", message: "The cluster has no nodes" };

const stale: Finding = {
  status: "Unknown",
  reason: "ConnectionCheckStale",
  message: "The hosted cluster's API server cannot be asked about its nodes",
};

async function reachesNodes(guest: Kube, pods: Pod[]): Promise<Finding> {
  const running = pods.filter(({ status }) => status?.phase === "Running").map(({ metadata }) => metadata?.name ?? "");
  if (running.length === 0) {
    return {
      status: "False",
      reason: "KonnectivityAgentPodsNotFound",
      message: "No konnectivity agent runs on a node",
    };
  }
  const some = running.sort().slice(0, 3);
  const found = await Promise.all(some.map((name) => readLog(guest, name)));
  if (found.includes(undefined)) return { status: "True", reason: "AsExpected" };
  return { status: "False", reason: "LogsAccessFailed", message: notThrough(some[0], found[0]) };
}

const notThrough = (pod = "", why = "") =>
  `Nothing gets through konnectivity to the nodes: the log of ${pod} cannot be read: ${why}`;

/** Nothing where the log could be read, and why not otherwise. */
async function readLog(guest: Kube, pod: string): Promise<string | undefined> {
  const path = `/api/v1/namespaces/kube-system/pods/${pod}/log?tailLines=1&limitBytes=200`;
  const deadline = AbortSignal.timeout(logTimeoutMs);
  try {
    const { status, body } = await guest.request("GET", path, {
      signal: deadline,
      maxBytes: logMaxBytes,
    });
    if (status === 200) return;
    return (JSON.parse(body) as { message?: string }).message ?? `status ${status}`;
  } catch (error) {
    if (deadline.aborted) return `no answer within ${logTimeoutMs / 1000} s`;
    return sentenceOf(error);
  }
}

/** Whose kubelet or machine is dead or cut off. One that says itself that it is not ready may have an agent that works. */
function silentOf(nodes: Node[]): Node[] {
  return nodes.filter(({ status }) => findCondition(status?.conditions, "Ready")?.status === "Unknown");
}

/** Whether nodes and the pods on them reach the control plane, as far as it shows there. */
export function reachesControlPlane(nodes: Node[], dns: Deployment | undefined): Finding {
  const silent = silentOf(nodes);
  if (silent.length > 0) {
    const names = silent.map(({ metadata }) => metadata?.name).sort();
    const message = `${silent.length} of ${nodes.length} nodes ${names.length === 1 ? "has" : "have"} stopped reporting, kubelet or machine is dead or cut off: ${names.join(", ")}`;
    return { status: "False", reason: "KASAccessFailed", message };
  }
  // CoreDNS is ready only while it follows the API from inside the pod network.
  if ((dns?.status?.availableReplicas ?? 0) > 0) return { status: "True", reason: "AsExpected" };
  const ready = nodes.filter(({ status }) => isTrue(status?.conditions, "Ready")).length;
  const message =
    ready === 0
      ? "No node is ready"
      : "Kubelets reach the control plane, but no pod of the cluster's DNS does, or none is running yet";
  return { status: "False", reason: "KASAccessFailed", message };
}
