import { NodePool } from "../../api/node-pool.ts";
import { findCondition } from "../../kube/conditions.ts";
import { duration, flag, text } from "../arg.ts";
import { command } from "../command.ts";
import { until } from "../until.ts";

export default command({
  summary: "Destroy a NodePool: its nodes are drained and given back",
  examples: ["destroy nodepool --name demo-extra"],
  args: {
    name: text("The NodePool", { required: true, placeholder: "NAME" }),
    namespace: text("Where it is", { default: "clusters", placeholder: "NAME", short: "n" }),
    wait: flag("Wait until its machines are gone", { default: true }),
    timeout: duration("How long to wait", { default: "10m" }),
  },
  async run({ args, out, kube, signal }) {
    const { name, namespace } = args;
    const management = await kube();
    if (!(await management.get(NodePool, name, namespace)))
      throw new Error(`There is no NodePool ${namespace}/${name}`);
    await out.step(`NodePool ${namespace}/${name}`, async (progress) => {
      await management.delete(NodePool, name, namespace);
      if (!args.wait) return progress.result("being deleted");
      await until(
        async () => {
          const pool = await management.get(NodePool, name, namespace);
          if (!pool) return true;
          const ready = findCondition(pool.status?.conditions, "Ready");
          return ready?.status === "False" && ready.message
            ? ready.message
            : `${pool.status?.replicas ?? 0} machines left`;
        },
        {
          what: `the deletion of the NodePool ${namespace}/${name}`,
          timeout: args.timeout,
          signal,
          onWait: progress.update,
        },
      );
      progress.result("destroyed");
    });
  },
});
