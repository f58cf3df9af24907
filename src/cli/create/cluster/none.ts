import { checked, flag } from "../../arg.ts";
import { command } from "../../command.ts";
import { hostCheck } from "../check-words.ts";
import { commonArgs, commonFlagsNotServed } from "./common-args.ts";
import { createCluster, nodePortPublishing } from "./create-cluster.ts";

export default command({
  summary: "Create a hosted cluster without machines: a control plane that machines join by hand",
  examples: [
    "create cluster none --name demo --pull-secret ~/.docker/config.json --expose-through-load-balancer --wait",
    "create cluster none --name demo --pull-secret pull.json --external-api-server-address 192.0.2.10 --release-image IMAGE --render",
  ],
  notServed: commonFlagsNotServed,
  args: {
    ...commonArgs,
    externalApiServerAddress: checked("Publish the services on node ports under this address", hostCheck, {
      placeholder: "HOST",
    }),
    exposeThroughLoadBalancer: flag("Publish the services through load balancers"),
  },
  async run(run) {
    const { args } = run;
    await createCluster(run, async () => ({
      platform: { type: "None" },
      publishing:
        args.exposeThroughLoadBalancer || args.externalDnsDomain
          ? { type: "LoadBalancer", domain: args.externalDnsDomain }
          : await nodePortPublishing(run, args.externalApiServerAddress, "--external-api-server-address"),
      pools: [{ name: args.name, platform: { type: "None" } }],
      upgradeType: "InPlace",
    }));
  },
});
