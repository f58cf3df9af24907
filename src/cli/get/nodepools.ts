import { NodePool } from "../../api/node-pool.ts";
import { findCondition } from "../../kube/conditions.ts";
import { age } from "../age.ts";
import { choice, flag, positional, text } from "../arg.ts";
import { command } from "../command.ts";
import { found } from "./found.ts";

export default command({
  summary: "List the NodePools",
  examples: ["get nodepools", "get nodepools --cluster demo -o wide"],
  args: {
    name: positional("Only this one"),
    namespace: text("Only in this namespace", { short: "n", placeholder: "NAME" }),
    cluster: text("Only of this hosted cluster", { placeholder: "NAME", aliases: ["cluster-name"] }),
    allNamespaces: flag("In all namespaces, which is the default", { short: "A" }),
    output: choice(["wide", "json", "yaml", "name"], "Another format than the table", { short: "o" }),
  },
  async run({ args, out, kube, facts }) {
    const { objects, none } = await found(await kube(), NodePool, args, "hcp create nodepool");
    out.objects(
      objects.filter(({ spec }) => !args.cluster || spec.clusterName === args.cluster),
      [
        { title: "NAMESPACE", value: ({ metadata }) => metadata?.namespace },
        { title: "NAME", value: ({ metadata }) => metadata?.name },
        { title: "CLUSTER", value: ({ spec }) => spec.clusterName },
        {
          title: "DESIRED",
          value: ({ spec }) =>
            spec.replicas ?? (spec.autoScaling ? `${spec.autoScaling.min}-${spec.autoScaling.max}` : ""),
        },
        { title: "CURRENT", value: ({ status }) => status?.replicas ?? 0 },
        { title: "VERSION", value: ({ status }) => status?.version },
        { title: "READY", value: ({ status }) => findCondition(status?.conditions, "Ready")?.status },
        { title: "AGE", value: ({ metadata }) => age(metadata?.creationTimestamp, facts.now()) },
        { title: "PLATFORM", value: ({ spec }) => spec.platform.type, wide: true },
        { title: "UPGRADE", value: ({ spec }) => spec.management.upgradeType, wide: true },
        { title: "RELEASE", value: ({ spec }) => spec.release.image, wide: true },
        {
          title: "MESSAGE",
          // A pool that is ready may still have something to say, such as which pod keeps a node from leaving.
          value: ({ status }) => findCondition(status?.conditions, "Ready")?.message,
        },
      ],
      {
        format: args.output,
        one: args.name !== undefined,
        none,
      },
    );
  },
});
