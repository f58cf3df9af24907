import type { HostedCluster } from "../../api/hosted-cluster.ts";

/**
 * The version that nodes may be at: the newest that the whole cluster has completed. While a cluster comes up it is
 * the one that its control plane has, and before that the first one asked for. A version on its way does not count:
 * a kubelet must not be newer than any API server that it may reach.
 */
export function versionOfCluster({ status }: HostedCluster): string | undefined {
  const histories = [status?.version?.history, status?.controlPlaneVersion?.history];
  for (const history of histories) {
    const completed = history?.find(({ state, version }) => state === "Completed" && version);
    if (completed) return completed.version;
  }
  return status?.version?.history?.findLast(({ version }) => version)?.version;
}
