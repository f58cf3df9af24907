import { text } from "../../arg.ts";
import { command } from "../../command.ts";
import { UsageError } from "../../usage-error.ts";
import { awsPool, awsPoolArgs } from "./aws-pool.ts";
import { commonArgs } from "./common-args.ts";
import { createNodePool } from "./create-node-pool.ts";

export default command({
  summary: "Create a NodePool of EC2 instances",
  examples: ["create nodepool aws --cluster-name demo --name extra --replicas 2 --instance-type m5.xlarge"],
  args: {
    ...commonArgs,
    ...awsPoolArgs,
    subnetId: text("The instances' subnet; that of the cluster where absent", { placeholder: "ID" }),
    securitygroupId: text("A security group for the instances", { name: "securitygroup-id", placeholder: "ID" }),
    instanceProfile: text("The instances' IAM profile; <infraID>-worker where absent", { placeholder: "NAME" }),
  },
  async run(run) {
    const { args } = run;
    await createNodePool(run, {
      upgradeType: "Replace",
      platform: (cluster) => {
        const subnet = args.subnetId ?? cluster?.spec.platform.aws?.cloudProviderConfig?.subnet?.id;
        if (!subnet) throw new UsageError("--subnet-id is required where the cluster does not name one");
        const profile = args.instanceProfile ?? (cluster?.spec.infraID ? `${cluster.spec.infraID}-worker` : undefined);
        return awsPool(args, {
          subnet,
          arch: args.arch,
          ...(profile ? { instanceProfile: profile } : {}),
          ...(args.securitygroupId ? { securityGroup: args.securitygroupId } : {}),
        });
      },
    });
  },
});
