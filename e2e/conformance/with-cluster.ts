import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { approvalAnnotation } from "../../src/api/agent.ts";
import { HostedCluster, InfraEnv, NodePool } from "../../src/api/index.ts";
import { findCondition } from "../../src/kube/conditions.ts";
import { Namespace } from "../../src/kube/kinds.ts";
import type { Kube } from "../../src/kube/kube.ts";
import { waitFor, waitForGone } from "../../src/kube/wait-for.ts";
import { hcp, root } from "../shell.ts";

/** Where it is made, apart from what other tests use. */
const namespace = "e2e-conformance";
const name = "conformance";
const hosts = ["conformance-1", "conformance-2"];
const timeoutMs = 15 * 60_000;

interface Use<T> {
  baseDomain: string;
  /** Where its kubeconfig goes. */
  kubeconfig: string;
  say: (line: string) => void;
  signal: AbortSignal;
  use: () => Promise<T>;
}

/** Does something with a hosted cluster of its own that has two workers, and takes cluster and workers away again. */
export async function withCluster<T>(kube: Kube, { baseDomain, kubeconfig, say, signal, use }: Use<T>): Promise<T> {
  try {
    say("making a cluster with two workers");
    await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    await kube.apply<InfraEnv>({
      apiVersion: InfraEnv.apiVersion,
      kind: InfraEnv.kind,
      metadata: { name: "hosts", namespace, annotations: { [approvalAnnotation]: "keep" } },
      spec: {},
    });
    await hcp("local", "host", "add", ...hosts, "--infra-env", `${namespace}/hosts`, "--approve");
    await create(baseDomain);
    const ready = { namespace, timeoutMs, signal };
    const isAvailable = ({ status }: HostedCluster) =>
      findCondition(status?.conditions, "Available")?.status === "True";
    await waitFor(kube, HostedCluster, name, isAvailable, { ...ready, what: "be available" });
    const hasNodes = ({ status }: NodePool) =>
      status?.replicas === hosts.length && findCondition(status.conditions, "AllNodesHealthy")?.status === "True";
    await waitFor(kube, NodePool, name, hasNodes, { ...ready, what: "have its nodes" });
    await mkdir(dirname(kubeconfig), { recursive: true });
    await writeFile(kubeconfig, await hcp("create", "kubeconfig", "--name", name, "-n", namespace), { mode: 0o600 });
    return await use();
  } finally {
    say("taking it away");
    await remove(kube);
  }
}

async function create(baseDomain: string): Promise<void> {
  const state = join(root, ".roost");
  const words = ["--name", name, "-n", namespace, "--agent-namespace", namespace, "--base-domain", baseDomain];
  words.push("--external-dns-domain", baseDomain, "--pull-secret", join(state, "pull-secret.json"));
  words.push("--additional-trust-bundle", join(state, "ca.crt"), "--node-pool-replicas", String(hosts.length));
  await hcp("create", "cluster", "agent", ...words);
}

async function remove(kube: Kube): Promise<void> {
  const made = await kube.get(HostedCluster, name, namespace);
  if (made) await hcp("destroy", "cluster", "agent", "--name", name, "-n", namespace);
  const known = await hcp("local", "host", "list");
  const there = hosts.filter((host) => known.includes(host));
  if (there.length > 0) await hcp("local", "host", "remove", ...there);
  await kube.delete(Namespace, namespace);
  await waitForGone(kube, Namespace, namespace, { timeoutMs });
}
