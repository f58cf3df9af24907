import { join } from "node:path";
import { approvalAnnotation } from "../src/api/agent.ts";
import { HostedCluster, InfraEnv, NodePool } from "../src/api/index.ts";
import { findCondition } from "../src/kube/conditions.ts";
import { Namespace } from "../src/kube/kinds.ts";
import type { Kube } from "../src/kube/kube.ts";
import { waitFor, waitForGone } from "../src/kube/wait-for.ts";
import { tryAndRemove } from "../tools/try-and-remove.ts";
import type { Observed } from "./long/long-test.ts";
import { hcp, root } from "./shell.ts";

/** A hosted cluster for one test. */
export interface TestCluster {
  /** Its namespace is `e2e-<name>`; its NodePool is called as it is. */
  name: string;
  /** The hosts that are added for it. */
  hosts: string[];
  /** Nodes to begin with. */
  nodes: number;
  baseDomain: string;
  /** Three of each program of the control plane, on the nodes that there are; one where absent. */
  highlyAvailable?: boolean;
  say: (line: string) => void;
  signal: AbortSignal;
}

const timeoutMs = 15 * 60_000;

/** Does something with a hosted cluster and hosts of its own, and takes both away again. */
export function withCluster(kube: Kube, cluster: TestCluster, use: () => Promise<Observed[]>): Promise<Observed[]> {
  const { name, nodes, hosts, say, signal } = cluster;
  const namespace = namespaceOf(cluster);
  async function tryIt() {
    say(`making cluster ${name} with ${hosts.length} hosts`);
    await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    await kube.apply<InfraEnv>({
      apiVersion: InfraEnv.apiVersion,
      kind: InfraEnv.kind,
      metadata: { name: "hosts", namespace, annotations: { [approvalAnnotation]: "keep" } },
      spec: {},
    });
    await hcp("local", "host", "add", ...hosts, "--infra-env", `${namespace}/hosts`, "--approve");
    await create(cluster);
    const ready = { namespace, timeoutMs, signal };
    const isAvailable = ({ status }: HostedCluster) =>
      findCondition(status?.conditions, "Available")?.status === "True";
    await waitFor(kube, HostedCluster, name, isAvailable, { ...ready, what: "be available" });
    const hasNodes = ({ status }: NodePool) =>
      nodes === 0 ||
      (status?.replicas === nodes && findCondition(status.conditions, "AllNodesHealthy")?.status === "True");
    await waitFor(kube, NodePool, name, hasNodes, { ...ready, what: "have its nodes" });
    return await use();
  }
  return tryAndRemove(`cluster ${name}`, tryIt, () => {
    say(`taking cluster ${name} away`);
    return remove(kube, cluster);
  });
}

/** The administrator's kubeconfig of a test's cluster. */
export const kubeconfigOf = (cluster: TestCluster): Promise<string> =>
  hcp("create", "kubeconfig", "--name", cluster.name, "-n", namespaceOf(cluster));

const namespaceOf = ({ name }: TestCluster) => `e2e-${name}`;

async function create(cluster: TestCluster): Promise<void> {
  const { name, nodes, baseDomain } = cluster;
  const namespace = namespaceOf(cluster);
  const state = join(root, ".roost");
  const words = ["--name", name, "-n", namespace, "--agent-namespace", namespace, "--base-domain", baseDomain];
  words.push("--external-dns-domain", baseDomain, "--pull-secret", join(state, "pull-secret.json"));
  words.push("--additional-trust-bundle", join(state, "ca.crt"), "--node-pool-replicas", String(nodes));
  if (cluster.highlyAvailable) {
    words.push("--control-plane-availability-policy", "HighlyAvailable");
    words.push("--annotations", "hypershift.openshift.io/pod-spread=preferred");
  }
  await hcp("create", "cluster", "agent", ...words);
}

async function remove(kube: Kube, cluster: TestCluster): Promise<void> {
  const namespace = namespaceOf(cluster);
  const made = await kube.get(HostedCluster, cluster.name, namespace);
  if (made) await hcp("destroy", "cluster", "agent", "--name", cluster.name, "-n", namespace);
  const known = await hcp("local", "host", "list");
  const there = cluster.hosts.filter((host) => known.includes(host));
  if (there.length > 0) await hcp("local", "host", "remove", ...there);
  await kube.delete(Namespace, namespace);
  await waitForGone(kube, Namespace, namespace, { timeoutMs });
}
