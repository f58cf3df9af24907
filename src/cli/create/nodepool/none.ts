import { command } from "../../command.ts";
import { commonArgs } from "./common-args.ts";
import { createNodePool } from "./create-node-pool.ts";

export default command({
  summary: "Create a NodePool for machines that join a hosted cluster by hand",
  description: "Gives one more kind of user data: machines that boot with it get this pool's configuration and labels.",
  examples: ["create nodepool none --cluster-name demo --name gpu"],
  args: commonArgs,
  async run(run) {
    await createNodePool(run, { platform: () => ({ type: "None" }), upgradeType: "InPlace" });
  },
});
