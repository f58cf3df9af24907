import { command } from "../../command.ts";
import { commonArgs } from "./common-args.ts";
import { createNodePool } from "./create-node-pool.ts";
import { kubevirtPool, kubevirtPoolArgs } from "./kubevirt-pool.ts";

export default command({
  summary: "Create a NodePool of KubeVirt virtual machines",
  examples: ["create nodepool kubevirt --cluster-name demo --name extra --replicas 2 --memory 8Gi --cores 4"],
  args: { ...commonArgs, ...kubevirtPoolArgs },
  async run(run) {
    const platform = kubevirtPool(run.args);
    await createNodePool(run, { platform: () => platform, upgradeType: "Replace" });
  },
});
