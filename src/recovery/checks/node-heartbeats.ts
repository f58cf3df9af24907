import { Lease, Node } from "../../kube/kinds.ts";
import { type Check, failed, passed, skipped } from "./check.ts";
import { named } from "./on-some-nodes.ts";

/** Kubelets renew their lease every 10 s, and a node whose lease is 40 s old is not ready. */
const oldestMs = 40_000;
/** Clocks of machines differ a little. */
const aheadMs = 10_000;

/** Every node is heard of: its kubelet has renewed its lease a moment ago. */
export const nodeHeartbeats: Check = {
  name: "node-heartbeats",
  title: "Every node reports",
  asks: "nodes",
  async run({ hosted: { kube }, now, signal }) {
    const asked = now();
    const [nodes, leases] = await Promise.all([
      kube.list(Node, { metadataOnly: true, signal }),
      kube.list(Lease, { namespace: "kube-node-lease", pick: leaseFacts, signal }),
    ]);
    if (nodes.length === 0) return skipped("The cluster has no nodes");
    // The answer tells of some moment in between, and may have been long in coming.
    const [oldest, latest] = [asked.getTime() - oldestMs, now().getTime() + aheadMs];
    const renewed = new Map(leases.map(({ metadata, spec }) => [metadata?.name, Date.parse(spec?.renewTime ?? "")]));
    const silent = nodes
      .map(({ metadata }) => metadata?.name ?? "")
      .filter((name) => {
        const time = renewed.get(name) ?? Number.NaN;
        return !(time >= oldest && time <= latest);
      })
      .sort();
    const within = `within ${oldestMs / 1000} s`;
    if (silent.length === 0) return passed(`All nodes have reported ${within}: ${nodes.length}`);
    return failed(`${silent.length} of ${nodes.length} nodes have not reported ${within}: ${named(silent)}`);
  },
};

function leaseFacts({ metadata, spec }: Lease): Lease {
  const { name, namespace, resourceVersion } = metadata ?? {};
  return { metadata: { name, namespace, resourceVersion }, spec: { renewTime: spec?.renewTime } };
}
