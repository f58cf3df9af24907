import { HostedCluster } from "../../api/hosted-cluster.ts";
import { findCondition } from "../../kube/conditions.ts";
import { age } from "../age.ts";
import { choice, flag, positional, text } from "../arg.ts";
import { command } from "../command.ts";
import { found } from "./found.ts";

export default command({
  summary: "List the hosted clusters",
  examples: ["get clusters", "get clusters demo -n clusters -o yaml"],
  args: {
    name: positional("Only this one"),
    namespace: text("Only in this namespace", { short: "n", placeholder: "NAME" }),
    allNamespaces: flag("In all namespaces, which is the default", { short: "A" }),
    output: choice(["wide", "json", "yaml", "name"], "Another format than the table", { short: "o" }),
  },
  async run({ args, out, kube, facts }) {
    const { objects, none } = await found(await kube(), HostedCluster, args, "hcp create cluster");
    out.objects(
      objects,
      [
        { title: "NAMESPACE", value: ({ metadata }) => metadata?.namespace },
        { title: "NAME", value: ({ metadata }) => metadata?.name },
        {
          title: "VERSION",
          value: ({ status }) => status?.version?.history?.find(({ state }) => state === "Completed")?.version,
        },
        { title: "PLATFORM", value: ({ spec }) => spec.platform.type },
        { title: "AVAILABLE", value: ({ status }) => findCondition(status?.conditions, "Available")?.status },
        { title: "PROGRESSING", value: ({ status }) => findCondition(status?.conditions, "Progressing")?.status },
        {
          title: "API",
          value: ({ status }) =>
            status?.controlPlaneEndpoint && `${status.controlPlaneEndpoint.host}:${status.controlPlaneEndpoint.port}`,
        },
        { title: "AGE", value: ({ metadata }) => age(metadata?.creationTimestamp, facts.now()) },
        { title: "RELEASE", value: ({ spec }) => spec.release.image, wide: true },
        { title: "INFRA-ID", value: ({ spec }) => spec.infraID, wide: true },
        { title: "MESSAGE", value: ({ status }) => findCondition(status?.conditions, "Available")?.message },
      ],
      {
        format: args.output,
        one: args.name !== undefined,
        none,
      },
    );
  },
});
